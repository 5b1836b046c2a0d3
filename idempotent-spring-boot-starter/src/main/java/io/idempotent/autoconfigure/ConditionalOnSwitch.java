package io.idempotent.autoconfigure;

import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.stream.Stream;

import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Matches if a property that is true or false has a value, which is read as
 * {@link IdempotencyProperties} reads it: {@code on}, {@code yes} and {@code 1} are true
 * as well, {@code off}, {@code no} and {@code 0} are false, and what is neither stops the
 * start.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ ElementType.TYPE, ElementType.METHOD })
@Repeatable(ConditionalOnSwitch.Several.class)
@Conditional(ConditionalOnSwitch.OnSwitch.class)
@interface ConditionalOnSwitch {

	/** Full name of the property. */
	String value();

	/** What it must be. */
	boolean is() default true;

	/** What it is where it is not set. */
	boolean byDefault() default true;

	/** More than one of them. */
	@Retention(RetentionPolicy.RUNTIME)
	@Target({ ElementType.TYPE, ElementType.METHOD })
	@Conditional(OnSwitch.class)
	@interface Several {

		ConditionalOnSwitch[] value();

	}

	/** Reads the property. */
	class OnSwitch extends SpringBootCondition {

		@Override
		public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
			Binder binder = Binder.get(context.getEnvironment());
			// a class that is read without being loaded shows its annotations as they
			// stand
			Stream<MergedAnnotation<ConditionalOnSwitch>> several = metadata.getAnnotations()
				.stream(Several.class)
				.flatMap((all) -> Stream.of(all.getAnnotationArray("value", ConditionalOnSwitch.class)));
			return Stream.concat(metadata.getAnnotations().stream(ConditionalOnSwitch.class), several)
				.filter((wanted) -> !matches(wanted, binder))
				.findFirst()
				.map((wanted) -> ConditionOutcome
					.noMatch("'%s' is not %s".formatted(wanted.getString("value"), wanted.getBoolean("is"))))
				.orElseGet(ConditionOutcome::match);
		}

		private static boolean matches(MergedAnnotation<ConditionalOnSwitch> wanted, Binder binder) {
			boolean value = binder.bind(wanted.getString("value"), boolean.class)
				.orElse(wanted.getBoolean("byDefault"));
			return value == wanted.getBoolean("is");
		}

	}

}
