package io.idempotent.codec.result;

import java.util.Map;

import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.AccessorNamingStrategy;
import tools.jackson.databind.introspect.AnnotatedClass;
import tools.jackson.databind.introspect.BasicClassIntrospector;
import tools.jackson.databind.introspect.POJOPropertiesCollector;
import tools.jackson.databind.introspect.POJOPropertyBuilder;

/**
 * Finds the members of an object in its fields. What an annotated accessor answers or
 * takes is not the state: a getter may mask it, a setter may change it. Accessors may
 * still name a member, and give what a creator or a builder asks for under a name that no
 * field has.
 */
final class StateProperties extends BasicClassIntrospector {

	StateProperties() {
	}

	private StateProperties(MapperConfig<?> config) {
		super(config);
	}

	@Override
	public BasicClassIntrospector forOperation(MapperConfig<?> config) {
		return new StateProperties(config);
	}

	@Override
	protected POJOPropertiesCollector constructPropertyCollector(JavaType type, AnnotatedClass definition,
			boolean forSerialization, AccessorNamingStrategy naming) {
		return new Collector(_config, forSerialization, type, definition, naming, false);
	}

	@Override
	protected POJOPropertiesCollector collectPropertiesWithBuilder(JavaType type, AnnotatedClass builder,
			BeanDescription built, boolean forSerialization) {
		return new Collector(_config, forSerialization, type, builder,
				_config.getAccessorNaming().forBuilder(_config, builder, built), true);
	}

	private static final class Collector extends POJOPropertiesCollector {

		private final boolean builder;

		private final boolean built;

		Collector(MapperConfig<?> config, boolean forSerialization, JavaType type, AnnotatedClass definition,
				AccessorNamingStrategy naming, boolean builder) {
			super(config, forSerialization, type, definition, naming);
			this.builder = builder;
			JsonDeserialize deserialize = definition.getAnnotation(JsonDeserialize.class);
			this.built = deserialize != null && deserialize.builder() != Void.class;
		}

		/**
		 * After members have got their names, before accessors hand their annotations
		 * over to fields.
		 */
		@Override
		protected void _addInjectables(Map<String, POJOPropertyBuilder> properties) {
			super._addInjectables(properties);
			if (this.builder) {
				return;
			}
			properties.replaceAll((name, property) -> property.hasField() ? withoutAccessors(property) : property);
			properties.values()
				.removeIf((property) -> !property.hasField() && !property.hasConstructorParameter() && !this.built);
		}

		private POJOPropertyBuilder withoutAccessors(POJOPropertyBuilder property) {
			FieldProperty field = new FieldProperty(property);
			// the creator asks for this one from now on
			_replaceCreatorProperty(_creatorProperties, field);
			return field;
		}

	}

	private static final class FieldProperty extends POJOPropertyBuilder {

		FieldProperty(POJOPropertyBuilder property) {
			super(property, property.getFullName());
			_getters = null;
			_setters = null;
		}

	}

}
