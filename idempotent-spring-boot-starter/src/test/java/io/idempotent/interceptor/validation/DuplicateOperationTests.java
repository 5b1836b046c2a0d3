package io.idempotent.interceptor.validation;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.List;

import io.idempotent.Idempotent;
import io.idempotent.interceptor.Application;
import io.idempotent.interceptor.InvalidIdempotentMethodException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.annotation.AliasFor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Two methods that do different things never answer for each other because they name one
 * operation.
 */
@ExtendWith(OutputCaptureExtension.class)
class DuplicateOperationTests {

	private final ApplicationContextRunner runner = Application.proxyingClasses();

	@Test
	void twoMethodsOfOneNameStopTheStartWhichNamesBothAndTheirBeans() {
		this.runner.withBean("orders", Orders.class).withBean("refunds", Refunds.class).run((context) -> {
			assertThat(context.getStartupFailure()).isInstanceOf(InvalidIdempotentMethodException.class)
				.hasMessageContaining("operation 'submit' is that of two methods")
				.hasMessageContaining(Orders.class.getTypeName() + ".submit(String) of bean 'orders'")
				.hasMessageContaining(Refunds.class.getTypeName() + ".refund(String) of bean 'refunds'")
				.hasMessageContaining("Give each operation a name of its own");
		});
	}

	@Test
	void otherResultTypesDoNotHideIt() {
		refused(this.runner.withBean(Orders.class).withBean(Counts.class), Orders.class, Counts.class);
	}

	@Test
	void overloadsThatShareANameAreTwoMethods() {
		refused(this.runner.withBean(Overloads.class), Overloads.class);
	}

	@Test
	void namesAreComparedAfterTheirPlaceholders() {
		refused(this.runner.withBean(Orders.class)
			.withBean(Placeholder.class)
			.withPropertyValues("app.operation=submit"), Orders.class, Placeholder.class);
		starts(this.runner.withBean(Orders.class)
			.withBean(Placeholder.class)
			.withPropertyValues("app.operation=another"));
	}

	@Test
	void aComposedAnnotationThatNamesTheOperationIsForOneMethod() {
		refused(this.runner.withBean(ComposedOne.class).withBean(ComposedTwo.class), ComposedOne.class,
				ComposedTwo.class);
		starts(this.runner.withBean(ComposedOne.class).withBean(ComposedNamed.class));
	}

	@Test
	void twoImplementationsOfOneAnnotatedMethodAreTwoMethods() {
		refused(this.runner.withBean(Stripe.class).withBean(PayPal.class), Stripe.class, PayPal.class);
		this.runner.withBean(Stripe.class)
			.withBean(PayPal.class)
			.run((context) -> assertThat(context.getStartupFailure())
				.hasMessageContaining("annotated in " + Paying.class.getTypeName()));
	}

	@Test
	void namesThatDifferInCaseAreTwoOperations() {
		starts(this.runner.withBean(Orders.class).withBean(UpperCase.class));
	}

	@Test
	void aMethodThatOverridesAnotherIsTheSameOperation() {
		starts(this.runner.withBean("base", Orders.class).withBean("sub", SpecialOrders.class));
		starts(this.runner.withBean(Generic.class));
	}

	@Test
	void aLazyBeanOfTheSameNameIsRefusedWhenItsClassIsKnown() {
		this.runner.withBean("orders", Orders.class).withUserConfiguration(LazyByInterface.class).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThatException().isThrownBy(() -> context.getBean(Submitting.class))
				.havingCause()
				.isInstanceOf(InvalidIdempotentMethodException.class)
				.withMessageContaining("of bean 'orders'")
				.withMessageContaining("of bean 'lazySubmission'");
		});
		refused(this.runner.withBean(Orders.class)
			.withBean(Refunds.class, Refunds::new, (definition) -> definition.setLazyInit(true)), Orders.class,
				Refunds.class);
	}

	@Test
	void twoBeansThatRunOneMethodAreOneOperationAndWarnedOf(CapturedOutput output) {
		starts(this.runner.withBean("one", Orders.class).withBean("two", Orders.class));
		assertThat(output).contains("Beans [one, two] share the records of operation submit");
		starts(this.runner.withBean("left", LeftInherits.class).withBean("right", RightInherits.class));
		assertThat(output).contains("Beans [left, right] share the records of operation inherited");
		starts(this.runner.withBean("eu", Scoped.class).withBean("us", Scoped.class));
		assertThat(output).doesNotContain("[eu, us]");
	}

	private static void starts(ApplicationContextRunner runner) {
		runner.run((context) -> assertThat(context).hasNotFailed());
	}

	private static void refused(ApplicationContextRunner runner, Class<?>... classes) {
		runner.run((context) -> {
			assertThat(context.getStartupFailure()).isInstanceOf(InvalidIdempotentMethodException.class)
				.hasMessageContaining("is that of two methods");
			assertThat(((InvalidIdempotentMethodException) context.getStartupFailure()).problems()).singleElement()
				.asString()
				.contains(List.of(classes).stream().map((type) -> type.getTypeName() + ".").toList());
		});
	}

	static class Orders {

		@Idempotent(key = "#id", operation = "submit")
		public String submit(String id) {
			return id;
		}

	}

	static class SpecialOrders extends Orders {

		@Override
		@Idempotent(key = "#id", operation = "submit")
		public String submit(String id) {
			return "special " + id;
		}

	}

	static class Refunds {

		@Idempotent(key = "#id", operation = "submit")
		public String refund(String id) {
			return id;
		}

	}

	static class Counts {

		@Idempotent(key = "#id", operation = "submit")
		public int count(String id) {
			return 1;
		}

	}

	static class Overloads {

		@Idempotent(key = "#id", operation = "overloaded")
		public String submit(String id) {
			return id;
		}

		@Idempotent(key = "#id", operation = "overloaded")
		public String submit(String id, int amount) {
			return id;
		}

	}

	static class Placeholder {

		@Idempotent(key = "#id", operation = "${app.operation}")
		public String submit(String id) {
			return id;
		}

	}

	static class UpperCase {

		@Idempotent(key = "#id", operation = "Submit")
		public String submit(String id) {
			return id;
		}

	}

	@Target(ElementType.METHOD)
	@Retention(RetentionPolicy.RUNTIME)
	@Idempotent(key = "#id", operation = "composed")
	@interface Composed {

		@AliasFor(annotation = Idempotent.class, attribute = "operation")
		String value() default "composed";

	}

	static class ComposedOne {

		@Composed
		public String one(String id) {
			return id;
		}

	}

	static class ComposedTwo {

		@Composed
		public String two(String id) {
			return id;
		}

	}

	static class ComposedNamed {

		@Composed("named")
		public String two(String id) {
			return id;
		}

	}

	interface Paying {

		@Idempotent(key = "#id", operation = "pay")
		String pay(String id);

	}

	static class Stripe implements Paying {

		@Override
		public String pay(String id) {
			return "stripe";
		}

	}

	static class PayPal implements Paying {

		@Override
		public String pay(String id) {
			return "paypal";
		}

	}

	interface Handler<T> {

		@Idempotent(key = "#item", operation = "handle")
		String handle(T item);

	}

	static class Generic implements Handler<String> {

		@Override
		@Idempotent(key = "#item", operation = "handle")
		public String handle(String item) {
			return item;
		}

	}

	interface Submitting {

		String submitLate(String id);

	}

	static class LateSubmission implements Submitting {

		@Override
		@Idempotent(key = "#id", operation = "submit")
		public String submitLate(String id) {
			return id;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LazyByInterface {

		@Bean
		@Lazy
		Submitting lazySubmission() {
			return new LateSubmission();
		}

	}

	abstract static class Inherited {

		@Idempotent(key = "#id", operation = "inherited")
		public String run(String id) {
			return id;
		}

	}

	static class LeftInherits extends Inherited {

	}

	static class RightInherits extends Inherited {

	}

	static class Scoped {

		@Idempotent(key = "#id", operation = "scoped", scope = "#root.target.hashCode()")
		public String run(String id) {
			return id;
		}

	}

}
