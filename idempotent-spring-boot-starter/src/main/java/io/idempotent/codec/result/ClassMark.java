package io.idempotent.codec.result;

import java.lang.reflect.Modifier;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.AnnotatedClass;
import tools.jackson.databind.introspect.BeanPropertyDefinition;
import tools.jackson.databind.introspect.VirtualAnnotatedMember;
import tools.jackson.databind.ser.VirtualBeanPropertyWriter;
import tools.jackson.databind.util.SimpleBeanPropertyDefinition;

/**
 * A member without a value that only the class itself can read: so that an object is
 * refused where its superclass was declared, instead of coming back as one of that.
 */
final class ClassMark extends VirtualBeanPropertyWriter {

	ClassMark(MapperConfig<?> config, AnnotatedClass type) {
		super(SimpleBeanPropertyDefinition.construct(config,
				new VirtualAnnotatedMember(type, type.getRawType(), nameOf(type.getRawType()),
						config.constructType(String.class))),
				type.getAnnotations(), config.constructType(String.class));
	}

	static String nameOf(Class<?> type) {
		return "#" + type.getName();
	}

	/**
	 * Whether an object might be declared as a superclass of its own.
	 */
	static boolean isNeeded(Class<?> type) {
		Class<?> superclass = type.getSuperclass();
		return superclass != null && superclass != Object.class
				&& (!Modifier.isAbstract(superclass.getModifiers()) || isNeeded(superclass));
	}

	@Override
	protected @Nullable Object value(Object bean, JsonGenerator generator, SerializationContext context) {
		return null;
	}

	@Override
	public VirtualBeanPropertyWriter withConfig(MapperConfig<?> config, AnnotatedClass declaringClass,
			BeanPropertyDefinition property, JavaType type) {
		throw new UnsupportedOperationException();
	}

}
