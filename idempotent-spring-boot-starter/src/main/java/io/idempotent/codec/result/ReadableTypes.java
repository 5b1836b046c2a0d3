package io.idempotent.codec.result;

import java.time.Year;
import java.util.Set;
import java.util.stream.Stream;

import io.idempotent.codec.payload.DeclaredType;
import io.idempotent.codec.payload.ObjectShape;
import io.idempotent.codec.payload.TypeRemedy;
import io.idempotent.engine.operation.UnsupportedTypeException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.KeyDeserializer;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.deser.AbstractDeserializer;
import tools.jackson.databind.deser.BeanDeserializerBuilder;
import tools.jackson.databind.deser.SettableBeanProperty;
import tools.jackson.databind.deser.ValueDeserializerModifier;
import tools.jackson.databind.deser.ValueInstantiator;
import tools.jackson.databind.deser.bean.BeanDeserializerBase;
import tools.jackson.databind.deser.jdk.UntypedObjectDeserializer;
import tools.jackson.databind.deser.std.DelegatingDeserializer;
import tools.jackson.databind.deser.std.StdConvertingDeserializer;
import tools.jackson.databind.introspect.AnnotatedMethod;
import tools.jackson.databind.introspect.ClassIntrospector;
import tools.jackson.databind.type.CollectionType;
import tools.jackson.databind.type.LogicalType;
import tools.jackson.databind.type.MapType;

/**
 * Refuses types that could be written but not read back, as soon as Jackson meets them,
 * at any depth: so that they stop the start instead of losing results.
 */
final class ReadableTypes extends ValueDeserializerModifier {

	private static final Set<Class<?>> OPEN = Set.of(Number.class, Class.class);

	@Override
	public ValueDeserializer<?> modifyDeserializer(DeserializationConfig config, BeanDescription.Supplier description,
			ValueDeserializer<?> deserializer) {
		JavaType type = description.getType();
		checkClass(type);
		if (deserializer instanceof UntypedObjectDeserializer || OPEN.contains(type.getRawClass())) {
			throw refusal(type, "does not say which class a value has; declare the type that it really is");
		}
		if (deserializer instanceof AbstractDeserializer && !PermittedTypes.isKnown(config, type)) {
			throw changeClass(type, "is abstract",
					"name its subtypes with @JsonTypeInfo and @JsonSubTypes on it, or make it sealed");
		}
		if (deserializer instanceof BeanDeserializerBase bean) {
			checkBean(bean, description, config);
		}
		boolean text = !(deserializer instanceof StdConvertingDeserializer)
				&& deserializer.logicalType() == LogicalType.DateTime && deserializer.handledType() != Year.class;
		return text ? new TextOnly(deserializer) : Constants.of(type.getRawClass()).deserializer(deserializer);
	}

	@Override
	public ValueDeserializer<?> modifyCollectionDeserializer(DeserializationConfig config, CollectionType type,
			BeanDescription.Supplier description, ValueDeserializer<?> deserializer) {
		return checkContainer(type, deserializer);
	}

	@Override
	public ValueDeserializer<?> modifyMapDeserializer(DeserializationConfig config, MapType type,
			BeanDescription.Supplier description, ValueDeserializer<?> deserializer) {
		return checkContainer(type, deserializer);
	}

	@Override
	public KeyDeserializer modifyKeyDeserializer(DeserializationConfig config, JavaType type,
			KeyDeserializer deserializer) {
		if (!LossyTypes.isExactKey(type.getRawClass()) && !hasValueAccessor(config, type)) {
			throw refusal(type, "cannot be the key of a map; use a text, a number, an enum, a UUID or java.time, "
					+ "or give it @JsonValue and @JsonCreator");
		}
		return deserializer;
	}

	private static boolean hasValueAccessor(DeserializationConfig config, JavaType type) {
		ClassIntrospector introspector = config.classIntrospectorInstance();
		return introspector.introspectForDeserialization(type, introspector.introspectClassAnnotations(type))
			.findJsonValueAccessor() != null;
	}

	/**
	 * A class can read its own mark.
	 */
	@Override
	public BeanDeserializerBuilder updateBuilder(DeserializationConfig config, BeanDescription.Supplier description,
			BeanDeserializerBuilder builder) {
		AnnotatedMethod build = builder.getBuildMethod();
		builder.addIgnorable(ClassMark.nameOf((build != null) ? build.getRawReturnType() : description.getBeanClass()));
		return builder;
	}

	private static void checkClass(JavaType type) {
		String why = DeclaredType.whyLive(type.getRawClass());
		if (why == null) {
			why = LossyTypes.why(type.getRawClass());
		}
		if (why == null && ObjectShape.isSelfChanging(type.getRawClass())) {
			why = "keeps in its fields what it has computed; use its bytes, or a record of your own with what callers need of it";
		}
		if (why != null) {
			throw refusal(type, why);
		}
	}

	private static ValueDeserializer<?> checkContainer(JavaType type, ValueDeserializer<?> deserializer) {
		checkClass(type);
		if (deserializer instanceof ValueInstantiator.Gettable gettable && gettable.getValueInstantiator() != null
				&& !gettable.getValueInstantiator().canInstantiate()) {
			throw refusal(type, "cannot be constructed; declare a collection of the JDK");
		}
		return deserializer;
	}

	private static void checkBean(BeanDeserializerBase bean, BeanDescription.Supplier description,
			DeserializationConfig config) {
		JavaType type = description.getType();
		boolean isBase = type.isAbstract() && PermittedTypes.isKnown(config, type);
		if (isBase || !Constants.of(type.getRawClass()).isEmpty()) {
			return;
		}
		if (!canConstruct(bean.getValueInstantiator(), description.get())) {
			throw changeClass(type, "cannot be constructed",
					"give it a constructor without arguments, a single one with an argument for each field and of its name, or @JsonCreator on one");
		}
		// the same that Jackson does not write
		if (bean.getPropertyCount() == 0 && !bean.hasAnySetter() && !description.get().hasKnownClassAnnotations()
				&& !type.isRecordType() && description.get().findJsonValueAccessor() == null) {
			throw changeClass(type, "has no fields to record", "make it a record or return void");
		}
		SettableBeanProperty[] arguments = bean.getValueInstantiator().getFromObjectArguments(config);
		if (arguments != null) {
			Stream.of(arguments)
				.map(SettableBeanProperty::getName)
				.forEach((name) -> checkArgument(name, type, description.get()));
		}
		String hidden = LossyTypes.hiddenField(type.getRawClass());
		if (hidden != null) {
			throw changeClass(type, "has a field '%s' that hides one of its superclass".formatted(hidden), "rename it");
		}
	}

	private static void checkArgument(String name, JavaType type, BeanDescription description) {
		if (description.getIgnoredPropertyNames().contains(name)) {
			throw changeClass(type, "needs '%s' to be constructed, which @JsonIgnore leaves out".formatted(name),
					"remove that");
		}
		boolean written = type.isRecordType() || description.findProperties()
			.stream()
			.anyMatch((property) -> property.getName().equals(name) && (property.hasField() || property.hasGetter()));
		if (!written) {
			throw changeClass(type, "needs '%s' to be constructed, but has no field of that name".formatted(name),
					"give argument and field one name, if need be with @JsonProperty on both");
		}
	}

	private static boolean canConstruct(ValueInstantiator instantiator, BeanDescription description) {
		return instantiator.canCreateUsingDefault() || instantiator.canCreateFromObjectWith()
				|| instantiator.canCreateUsingDelegate()
				|| (instantiator.canInstantiate() && description.findJsonValueAccessor() != null);
	}

	private static Refusal refusal(JavaType type, String why) {
		return new Refusal(TypeRemedy.declareAnother(type.toCanonical(), why));
	}

	private static Refusal changeClass(JavaType type, String problem, String change) {
		return new Refusal(TypeRemedy.changeClass(type, problem, change));
	}

	/**
	 * Carries the reason through Jackson, which keeps nothing but the message of an
	 * {@code IllegalArgumentException}.
	 */
	static final class Refusal extends RuntimeException {

		private final UnsupportedTypeException reason;

		Refusal(UnsupportedTypeException reason) {
			super(reason);
			this.reason = reason;
		}

		UnsupportedTypeException reason() {
			return this.reason;
		}

	}

	/**
	 * Reads dates and times only from text, as they are written: a number that a method
	 * returned before must not be taken for an instant, in whichever unit.
	 */
	private static final class TextOnly extends DelegatingDeserializer {

		TextOnly(ValueDeserializer<?> delegate) {
			super(delegate);
		}

		@Override
		protected ValueDeserializer<?> newDelegatingInstance(ValueDeserializer<?> delegate) {
			return new TextOnly(delegate);
		}

		@Override
		public Object deserialize(JsonParser parser, DeserializationContext context) {
			return parser.hasToken(JsonToken.VALUE_STRING) ? super.deserialize(parser, context)
					: context.handleUnexpectedToken(handledType(), parser);
		}

	}

}
