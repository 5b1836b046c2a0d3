package io.idempotent.interceptor;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;

import io.idempotent.Idempotent;
import org.junit.jupiter.api.Test;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.core.annotation.AliasFor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Where the annotation is found, and what it is found for.
 */
class AnnotatedMethodTests {

	@Test
	void theAnnotationIsFoundOnTheMethodItself() {
		assertThat(operation(Annotated.class)).isEqualTo("class");
	}

	@Test
	void theAnnotationIsFoundOnTheMethodOfAnInterface() {
		assertThat(operation(Implementing.class)).isEqualTo("interface");
	}

	@Test
	void theAnnotationIsFoundOnTheMethodOfAGenericInterface() {
		assertThat(operation(ImplementingGeneric.class)).isEqualTo("generic");
		assertThat(AnnotatedMethod.find(TestOperations.methodOf(Generic.class, "submit"), ImplementingGeneric.class)
			.method()
			.getParameterTypes()).containsExactly(String.class);
	}

	@Test
	void aBridgeMethodLeadsToTheMethodItBridges() throws Exception {
		AnnotatedMethod found = AnnotatedMethod
			.find(ImplementingGeneric.class.getDeclaredMethod("submit", Object.class), ImplementingGeneric.class);
		assertThat(found.method().isBridge()).isFalse();
		assertThat(found.annotation().operation()).isEqualTo("generic");
	}

	@Test
	void theAnnotationIsFoundOnTheMethodOfASuperclass() {
		assertThat(operation(Inheriting.class)).isEqualTo("class");
		assertThat(operation(Overriding.class)).isEqualTo("class");
	}

	@Test
	void theAnnotationOfAnInterfaceIsFoundWhereASuperclassWithoutItHasTheMethod() {
		assertThat(operation(Combining.class)).isEqualTo("interface");
		assertThat(AnnotatedMethod.find(TestOperations.methodOf(Plain.class, "submit"), Combining.class)).isNotNull();
		assertThat(AnnotatedMethod.find(TestOperations.methodOf(Plain.class, "submit"), Plain.class)).isNull();
	}

	@Test
	void aComposedAnnotationFillsAttributesByItsAliases() {
		Idempotent annotation = AnnotatedMethod.find(TestOperations.methodOf(Composed.class, "submit"), Composed.class)
			.annotation();
		assertThat(annotation.operation()).isEqualTo("composed");
		assertThat(annotation.key()).isEqualTo("#a0");
		assertThat(annotation.ttl()).isEqualTo("1h");
	}

	@Test
	void aMethodWithoutTheAnnotationIsNotFound() {
		assertThat(AnnotatedMethod.find(TestOperations.methodOf(Annotated.class, "other"), Annotated.class)).isNull();
	}

	@Test
	void theClassOfABeanIsNotThatGeneratedForItsProxy() {
		ProxyFactory factory = new ProxyFactory(new Annotated());
		factory.setProxyTargetClass(true);
		Class<?> proxyClass = factory.getProxy().getClass();
		AnnotatedMethod found = AnnotatedMethod.find(TestOperations.methodOf(Annotated.class, "submit"), proxyClass);
		assertThat(found.beanClass()).isEqualTo(Annotated.class);
	}

	@Test
	void ofAGeneratedClassTheMethodOfTheInterfaceCounts() {
		Submission lambda = (id) -> id;
		AnnotatedMethod found = AnnotatedMethod.find(TestOperations.methodOf(lambda.getClass(), "submit"),
				lambda.getClass());
		assertThat(found.method().getDeclaringClass()).isEqualTo(Submission.class);
	}

	@Test
	void allAnnotatedMethodsOfAClassAreFoundOnceHoweverOftenTheyAreDeclared() {
		assertThat(AnnotatedMethod.allOf(ImplementingGeneric.class)).hasSize(1);
		assertThat(AnnotatedMethod.allOf(Combining.class)).hasSize(1);
		assertThat(AnnotatedMethod.allOf(Overriding.class)).hasSize(1);
		assertThat(AnnotatedMethod.allOf(((Submission) (id) -> id).getClass())).hasSize(1);
		assertThat(AnnotatedMethod.allOf(new ProxyFactory(new Implementing()).getProxy().getClass())).hasSize(1);
		assertThat(AnnotatedMethod.allOf(Plain.class)).isEmpty();
	}

	@Test
	void theTypeVariablesThatTheBeanClassFixesAreResolved() {
		assertThat(resultType(ListSubmission.class, "one")).isEqualTo(String.class);
		assertThat(resultType(ListSubmission.class, "many").getTypeName())
			.isEqualTo("java.util.List<java.lang.String>");
		assertThat(resultType(ListSubmission.class, "nested").getTypeName())
			.isEqualTo("java.util.Map<java.lang.String, java.util.List<java.lang.String>>");
		assertThat(resultType(ListSubmission.class, "array")).isEqualTo(String[].class);
		assertThat(resultType(ListSubmission.class, "open").getTypeName()).isEqualTo("R");
	}

	private static Type resultType(Class<?> beanClass, String method) {
		return GenericTypes.ofResult(TestOperations.methodOf(beanClass, method), beanClass);
	}

	private static String operation(Class<?> beanClass) {
		return AnnotatedMethod.find(TestOperations.methodOf(beanClass, "submit"), beanClass).annotation().operation();
	}

	static class Annotated {

		@Idempotent(operation = "class", key = "#id")
		public String submit(String id) {
			return id;
		}

		public void other() {
		}

	}

	static class Inheriting extends Annotated {

	}

	static class Overriding extends Annotated {

		@Override
		public String submit(String id) {
			return id;
		}

	}

	@FunctionalInterface
	interface Submission {

		@Idempotent(operation = "interface", key = "#id")
		String submit(String id);

	}

	static class Implementing implements Submission {

		@Override
		public String submit(String id) {
			return id;
		}

	}

	interface Generic<T> {

		@Idempotent(operation = "generic", key = "#id")
		T submit(T id);

	}

	static class ImplementingGeneric implements Generic<String> {

		@Override
		public String submit(String id) {
			return id;
		}

	}

	static class Plain {

		public String submit(String id) {
			return id;
		}

	}

	static class Combining extends Plain implements Submission {

	}

	@Idempotent(key = "#a0", ttl = "1h")
	@Retention(RetentionPolicy.RUNTIME)
	@Target(ElementType.METHOD)
	@interface Once {

		@AliasFor(annotation = Idempotent.class, attribute = "operation")
		String value();

	}

	static class Composed {

		@Once("composed")
		public void submit(String id) {
		}

	}

	static class GenericSubmission<T> {

		public T one() {
			throw new UnsupportedOperationException();
		}

		public List<? extends T> many() {
			return List.of();
		}

		public Map<String, List<T>> nested() {
			return Map.of();
		}

		public T[] array() {
			throw new UnsupportedOperationException();
		}

		public <R extends T> R open(Class<R> type) {
			throw new UnsupportedOperationException();
		}

	}

	static class ListSubmission extends GenericSubmission<String> {

	}

}
