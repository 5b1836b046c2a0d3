package io.idempotent.codec.payload;

import org.hibernate.Hibernate;
import org.hibernate.LazyInitializationException;
import org.hibernate.bytecode.enhance.spi.interceptor.BytecodeLazyAttributeInterceptor;
import org.hibernate.collection.spi.PersistentCollection;
import org.hibernate.engine.spi.PersistentAttributeInterceptable;
import org.hibernate.proxy.HibernateProxy;
import org.hibernate.proxy.LazyInitializer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.BeanProperty;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.jsontype.TypeSerializer;

import org.springframework.util.ClassUtils;

/**
 * What Hibernate has loaded: the entity behind a proxy, collections as they are. Anything
 * that it has not loaded yet is refused, because a fingerprint that depended on it would
 * turn honest retries into conflicts, and loading it here would surprise.
 */
public final class LazyState {

	private static final boolean HIBERNATE = ClassUtils.isPresent("org.hibernate.Hibernate",
			LazyState.class.getClassLoader());

	private LazyState() {
	}

	public static Object of(Object value) {
		return HIBERNATE ? loaded(value) : value;
	}

	/**
	 * Whether values of a class may not have been loaded.
	 */
	public static boolean isLazy(Class<?> type) {
		return HIBERNATE
				&& (HibernateProxy.class.isAssignableFrom(type) || PersistentCollection.class.isAssignableFrom(type)
						|| PersistentAttributeInterceptable.class.isAssignableFrom(type));
	}

	/**
	 * Lets a serializer see only what has been loaded, and the entity instead of its
	 * proxy.
	 */
	public static ValueSerializer<?> serializer(ValueSerializer<?> delegate) {
		return new LoadedSerializer(delegate);
	}

	private static Object loaded(Object value) {
		if (!Hibernate.isInitialized(value) || hasUnloadedAttributes(value)) {
			throw new IllegalArgumentException(
					nameOf(value) + " has not been loaded from the database; load it before the call");
		}
		return Hibernate.unproxy(value);
	}

	private static boolean hasUnloadedAttributes(Object value) {
		return value instanceof PersistentAttributeInterceptable entity
				&& entity.$$_hibernate_getInterceptor() instanceof BytecodeLazyAttributeInterceptor attributes
				&& attributes.hasAnyUninitializedAttributes();
	}

	private static String nameOf(Object value) {
		LazyInitializer proxied = HibernateProxy.extractLazyInitializer(value);
		if (proxied != null) {
			return proxied.getEntityName();
		}
		return (value instanceof PersistentCollection<?> collection) ? String.valueOf(collection.getRole())
				: value.getClass().getTypeName();
	}

	private static final class LoadedSerializer extends ValueSerializer<Object> {

		private final ValueSerializer<Object> delegate;

		@SuppressWarnings("unchecked") // Jackson made it for values of the class
		LoadedSerializer(ValueSerializer<?> delegate) {
			this.delegate = (ValueSerializer<Object>) delegate;
		}

		@Override
		public void resolve(SerializationContext context) {
			this.delegate.resolve(context);
		}

		@Override
		public ValueSerializer<?> createContextual(SerializationContext context, BeanProperty property) {
			return new LoadedSerializer(context.handleSecondaryContextualization(this.delegate, property));
		}

		@Override
		public boolean usesObjectId() {
			return this.delegate.usesObjectId();
		}

		@Override
		public void serialize(Object value, JsonGenerator generator, SerializationContext context) {
			Object loaded = load(value);
			serializerOf(loaded, value, context).serialize(loaded, generator, context);
		}

		@Override
		public void serializeWithType(Object value, JsonGenerator generator, SerializationContext context,
				TypeSerializer types) {
			Object loaded = load(value);
			serializerOf(loaded, value, context).serializeWithType(loaded, generator, context, types);
		}

		private ValueSerializer<Object> serializerOf(Object loaded, Object value, SerializationContext context) {
			return (loaded == value) ? this.delegate : context.findPrimaryPropertySerializer(loaded.getClass(), null);
		}

		private static Object load(Object value) {
			try {
				return LazyState.of(value);
			}
			catch (IllegalArgumentException ex) {
				throw new LazyInitializationException(ex.getMessage());
			}
		}

	}

}
