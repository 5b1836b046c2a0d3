package io.idempotent.interceptor;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

import io.idempotent.AbandonedPolicy;
import io.idempotent.Idempotent;
import io.idempotent.InProgressPolicy;
import io.idempotent.TransactionMode;
import io.idempotent.engine.operation.Operation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What is read of the annotation, and what is refused.
 */
class IdempotentOperationSourceTests {

	private static final String SERVICE = Service.class.getName();

	private final TestOperations test = new TestOperations();

	@Test
	void attributesBecomeTheSettingsOfTheOperation() {
		this.test.with("app.ttl", "48h").with("app.name", "contract");
		Operation operation = this.test.read(Service.class, "full").operation();
		assertThat(operation.name()).isEqualTo("contract.submit");
		assertThat(operation.resultType().getTypeName()).isEqualTo("java.util.List<java.lang.String>");
		assertThat(operation.ttl()).isEqualTo(Duration.ofDays(2));
		assertThat(operation.lease()).isEqualTo(Duration.ofMinutes(2));
		assertThat(operation.waitTimeout()).isEqualTo(Duration.ofMillis(1500));
		assertThat(operation.onInProgress()).isEqualTo(InProgressPolicy.WAIT);
		assertThat(operation.onAbandoned()).isEqualTo(AbandonedPolicy.RETRY);
		assertThat(operation.recordFailures()).containsExactly(IllegalStateException.class);
		assertThat(operation.unknownFailures().types()).containsExactlyInAnyOrder(TimeoutException.class,
				InterruptedException.class);
	}

	@Test
	void aMethodIsReadOnceHoweverItIsCalled() throws Exception {
		IdempotentOperationSource source = this.test.source();
		Method method = Implementation.class.getMethod("submit", String.class);
		IdempotentMethod read = source.find(method, Implementation.class);
		assertThat(source.find(Api.class.getMethod("submit", Object.class), Implementation.class)).isSameAs(read);
		assertThat(source.find(Implementation.class.getMethod("submit", Object.class), Implementation.class))
			.isSameAs(read);
		assertThat(source.resolve(AnnotatedMethod.find(method, Implementation.class), null)).isSameAs(read);
	}

	@Test
	void aMethodWithoutAnnotationIsNotGuarded() {
		assertThat(this.test.source().find(TestOperations.methodOf(Object.class, "toString"), Service.class)).isNull();
	}

	@Test
	void theDefaultNameIsMadeOfBeanClassMethodAndParameterTypes() {
		assertThat(nameOf(Service.class, "unnamed"))
			.isEqualTo(SERVICE + ".unnamed(String,List,int[],java.time.Duration)");
	}

	@Test
	void overloadsHaveDifferentDefaultNames() {
		assertThat(Stream.of(Overloads.class.getDeclaredMethods())
			.map((method) -> this.test.source().find(method, Overloads.class).operation().name()))
			.doesNotHaveDuplicates()
			.hasSize(3);
	}

	@Test
	void twoBeansThatInheritOneMethodHaveDifferentDefaultNames() {
		assertThat(nameOf(Letters.class, "send")).isEqualTo(Letters.class.getName() + ".send(Object)");
		assertThat(nameOf(Parcels.class, "send")).isEqualTo(Parcels.class.getName() + ".send(Object)");
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void aDefaultNameIsLoggedOnceWithTheAdviceToNameIt(CapturedOutput output) {
		IdempotentOperationSource source = this.test.source();
		source.find(TestOperations.methodOf(Letters.class, "send"), Letters.class);
		source.find(TestOperations.methodOf(Letters.class, "send"), Letters.class);
		assertThat(output).containsOnlyOnce(Letters.class.getName() + ".send(Object) has a default name")
			.contains("@Idempotent(operation = \"...\")");
	}

	@Test
	void theResultTypeOfAnInheritedGenericMethodIsThatOfTheBeanClass() {
		assertThat(this.test.read(Letters.class, "send").operation().resultType()).isEqualTo(String.class);
		assertThat(this.test.read(Parcels.class, "send").operation().resultType().getTypeName())
			.isEqualTo("java.util.List<java.lang.Integer>");
	}

	@Test
	void aDefaultNameThatIsTooLongIsRefused() {
		assertRefused(Broken.class, "longName", "the default name of the operation has more than 255 characters",
				"Name the operation");
	}

	@Test
	void generatedClassesMustNameTheOperation() {
		Unnamed lambda = (id) -> id;
		assertRefused(lambda.getClass(), "submit", "is generated", "Name the operation");
		assertRefused(new ProxyFactory(new UnnamedBean()).getProxy().getClass(), "submit", "is generated",
				"Name the operation");
		assertRefused(new UnnamedBean() {
		}.getClass(), "submit", "is generated", "Name the operation");
	}

	@Test
	void theNameOfAProxiedClassIsThatOfTheClass() {
		ProxyFactory factory = new ProxyFactory(new UnnamedBean());
		factory.setProxyTargetClass(true);
		assertThat(nameOf(factory.getProxy().getClass(), "submit"))
			.isEqualTo(UnnamedBean.class.getName() + ".submit(String)");
	}

	@Test
	void anInterfaceMustNameTheOperation() {
		assertRefused(Unnamed.class, "submit", "the class of the bean is not known", "Name the operation");
	}

	@Test
	void aDurationWithoutUnitIsRefused() {
		assertRefused(Broken.class, "ttlWithoutUnit", "`ttl` is \"24\": that has no unit", "\"24h\"");
	}

	@Test
	void aDurationThatIsNoneIsRefused() {
		assertRefused(Broken.class, "badLease", "`lease` is \"soon\": that is not a duration", "\"30s\"");
		assertRefused(Broken.class, "hugeTtl", "`ttl` is \"999999999999999d\": that is not a duration");
	}

	@Test
	void aPlaceholderThatResolvesToNoDurationIsRefused() {
		this.test.with("app.wait", "10");
		assertRefused(Broken.class, "badPlaceholder", "`waitTimeout` is \"${app.wait}\", which is \"10\" here",
				"that has no unit");
	}

	@Test
	void aPlaceholderThatCannotBeResolvedIsRefused() {
		assertRefused(Broken.class, "badPlaceholder", "`waitTimeout` is \"${app.wait}\", which cannot be resolved",
				"Set the property");
		assertRefused(Broken.class, "badName", "`operation` is \"${app.missing}\", which cannot be resolved");
	}

	@Test
	void aDurationBeyondTheLimitsIsRefusedAsItWasWritten() {
		this.test.with("app.wait", "-10m");
		assertRefused(Broken.class, "negativeTtl", "`ttl` is \"-1h\": that must be from 1 ms to 36500 days.",
				"Write a number and a unit");
		assertRefused(Broken.class, "endlessTtl", "`ttl` is \"200000d\": that must be from 1 ms to 36500 days.");
		assertRefused(Broken.class, "negativeLease", "`lease` is \"PT-5S\": that must be from 1 ms");
		assertRefused(Broken.class, "badPlaceholder", "`waitTimeout` is \"${app.wait}\", which is \"-10m\" here");
	}

	@ParameterizedTest
	@ValueSource(strings = { "longLease", "join", "stream", "open", "longOperation", "negativeTtl" })
	void everyRefusalHasProblemAndRemedyApart(String method) {
		assertThatExceptionOfType(InvalidIdempotentMethodException.class)
			.isThrownBy(() -> this.test.read(Broken.class, method))
			.satisfies((ex) -> assertThat(ex.problems()).singleElement().satisfies((problem) -> {
				assertThat(problem.description()).doesNotContain("; ", "use INDEPENDENT").doesNotEndWith(".");
				assertThat(problem.remedy()).matches("[A-Z].+[^.]").doesNotContain("accordingly");
				assertThat(ex.getMessage()).doesNotContain(".:", ".;");
			}));
	}

	@Test
	void whatTheEngineRefusesIsRefusedWithTheNameOfTheMethod() {
		assertRefused(Broken.class, "longLease", "'lease' is PT2H", "idempotent.max-lease");
		assertRefused(Broken.class, "join", "'transaction = JOIN'", "use INDEPENDENT");
		assertRefused(Broken.class, "stream", "Stream");
		assertRefused(Broken.class, "open", "type variable");
	}

	@Test
	void resultsThatAreNotThereWhenTheMethodReturnsAreRefused() {
		assertRefused(Broken.class, "future", "CompletableFuture");
	}

	@Test
	void suspendFunctionsAreRefused(@TempDir Path directory) throws Exception {
		SourceCompiler compiler = new SourceCompiler(directory);
		compiler.compile("kotlin.coroutines.Continuation", "public interface Continuation<T> { }");
		Class<?> type = compiler.compile("app.Suspending", """
				public class Suspending {
					@io.idempotent.Idempotent(key = "#a0")
					public Object submit(String id, kotlin.coroutines.Continuation<String> continuation) { return id; }
				}""");
		assertRefused(type, "submit", "suspend function", "Annotate a function that returns its result");
	}

	@Test
	void aMethodNeedsAKey() {
		assertRefused(Broken.class, "noKey", "it has no `key`", "key = \"#name\"");
	}

	@Test
	void anExpressionThatIsNoneIsRefused() {
		assertRefused(Broken.class, "syntax", "expression '#id.' of `key` cannot be parsed", "#name");
		assertRefused(Broken.class, "template", "expression '#{#id}' of `key` cannot be parsed", "without #{...}");
		assertRefused(Broken.class, "placeholder", "expression '${app.key}' of `scope` cannot be parsed", "${...}");
	}

	@Test
	void anUnknownVariableIsRefusedWithTheNamesThereAre() {
		assertRefused(Broken.class, "unknown", "expression '{#id, #worflowId.length()}' of `key` refers to #worflowId",
				"no such parameter", "#id, #workflowId");
		assertRefused(Broken.class, "unknownInSelection", "`payload` refers to #limt", "#ids, #limit");
		assertRefused(Broken.class, "unknownScope", "`scope` refers to #tenant");
	}

	@Test
	void aPositionOutOfRangeIsRefused() {
		assertRefused(Broken.class, "position", "#a1, but the method has 1 parameter(s)", "#a0");
	}

	@Test
	void aParameterWithoutItsHashIsRefused() {
		assertRefused(Broken.class, "noHash", "refers to id, which #root does not have", "Write #id");
		assertRefused(Broken.class, "noHashInside", "refers to id, which #root does not have", "Write #id");
		assertRefused(Broken.class, "noTarget", "refers to tenant(), which #root does not have",
				"Write #root.target.tenant()");
		assertRefused(Broken.class, "badRoot", "refers to arguments, which #root does not have");
	}

	@Test
	void functionsAndBeansThatDoNotExistAreRefused() {
		assertRefused(Broken.class, "function", "calls #hash(#id), but there are no functions", "@bean.method(...)");
		assertRefused(Broken.class, "bean", "refers to the bean 'tenants', which does not exist");
	}

	@Test
	void withoutNamesInTheClassFileParametersGoByPosition(@TempDir Path directory) throws Exception {
		SourceCompiler compiler = new SourceCompiler(directory);
		Class<?> type = compiler.compile("app.Nameless", """
				public class Nameless {
					@io.idempotent.Idempotent(key = "#id")
					public String byName(String id) { return id; }
					@io.idempotent.Idempotent(key = "#a0")
					public String byPosition(String id, int amount) { return id; }
				}""");
		assertRefused(type, "byName", "refers to #id, but the class file has no parameter names", "-parameters", "#a0");
		assertThat(this.test.read(type, "byPosition").operation().compared()).isEqualTo("the argument a1");
	}

	@Test
	void aRefusalNamesTheMethodAsTheBeanHasIt() {
		assertThatExceptionOfType(InvalidIdempotentMethodException.class)
			.isThrownBy(() -> this.test.read(Broken.class, "noKey"))
			.withMessageStartingWith("@Idempotent on " + Broken.class.getName() + ".noKey(String): ")
			.satisfies((ex) -> assertThat(ex.problems()).singleElement().satisfies((problem) -> {
				assertThat(problem.method().getName()).isEqualTo("noKey");
				assertThat(problem.beanClass()).isEqualTo(Broken.class);
				assertThat(problem.description()).startsWith("it has no `key`");
				assertThat(problem.remedy()).contains("key = \"#name\"");
			}));
	}

	private String nameOf(Class<?> beanClass, String method) {
		return this.test.read(beanClass, method).operation().name();
	}

	private void assertRefused(Class<?> beanClass, String method, String... parts) {
		assertThatExceptionOfType(InvalidIdempotentMethodException.class)
			.isThrownBy(() -> this.test.read(beanClass, method))
			.satisfies((ex) -> assertThat(ex.getMessage()).contains("." + method + "(").contains(parts));
	}

	static class Service {

		@Idempotent(key = "#id", operation = "${app.name}.submit", ttl = "${app.ttl}", lease = "PT2M",
				waitTimeout = "1500ms", onInProgress = InProgressPolicy.WAIT, onAbandoned = AbandonedPolicy.RETRY,
				recordFailures = IllegalStateException.class, unknownFailures = TimeoutException.class)
		public List<String> full(String id) {
			return List.of(id);
		}

		@Idempotent(key = "#id")
		public void unnamed(String id, List<String> names, int[] numbers, Duration duration) {
		}

	}

	static class Overloads {

		@Idempotent(key = "#a0")
		public void send(String id) {
		}

		@Idempotent(key = "#a0")
		public void send(Object id) {
		}

		@Idempotent(key = "#a0")
		public void send(String id, int count) {
		}

	}

	static class Sender<T> {

		@Idempotent(key = "#id")
		public T send(Object id) {
			throw new UnsupportedOperationException();
		}

	}

	static class Letters extends Sender<String> {

	}

	static class Parcels extends Sender<List<Integer>> {

	}

	interface Api<T> {

		@Idempotent(key = "#id")
		T submit(T id);

	}

	static class Implementation implements Api<String> {

		@Override
		public String submit(String id) {
			return id;
		}

	}

	@FunctionalInterface
	interface Unnamed {

		@Idempotent(key = "#id")
		String submit(String id);

	}

	static class UnnamedBean implements Unnamed {

		@Override
		public String submit(String id) {
			return id;
		}

	}

	static class Broken {

		@Idempotent(key = "#id", ttl = "24")
		public void ttlWithoutUnit(String id) {
		}

		@Idempotent(key = "#id", lease = "soon")
		public void badLease(String id) {
		}

		@Idempotent(key = "#id", ttl = "999999999999999d")
		public void hugeTtl(String id) {
		}

		@Idempotent(key = "#id", waitTimeout = "${app.wait}")
		public void badPlaceholder(String id) {
		}

		@Idempotent(key = "#id", operation = "${app.missing}")
		public void badName(String id) {
		}

		@Idempotent(key = "#id", ttl = "-1h")
		public void negativeTtl(String id) {
		}

		@Idempotent(key = "#id", ttl = "200000d")
		public void endlessTtl(String id) {
		}

		@Idempotent(key = "#id", lease = "PT-5S")
		public void negativeLease(String id) {
		}

		@Idempotent(key = "#id",
				operation = "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
						+ "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
						+ "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789")
		public void longOperation(String id) {
		}

		@Idempotent(key = "#id", lease = "2h")
		public void longLease(String id) {
		}

		@Idempotent(key = "#id", transaction = TransactionMode.JOIN)
		public void join(String id) {
		}

		@Idempotent(key = "#id")
		public Stream<String> stream(String id) {
			return Stream.of(id);
		}

		@Idempotent(key = "#id", payload = Idempotent.UNCHECKED)
		public <T> T open(String id, Class<T> type) {
			throw new UnsupportedOperationException();
		}

		@Idempotent(key = "#id")
		public Future<String> future(String id) throws IOException {
			throw new IOException(id);
		}

		@Idempotent(key = "'the only one'")
		public void longName(Broken a, Broken b, Broken c, Broken d) {
		}

		@Idempotent
		public void noKey(String id) {
		}

		@Idempotent(key = "#id.")
		public void syntax(String id) {
		}

		@Idempotent(key = "#{#id}")
		public void template(String id) {
		}

		@Idempotent(key = "#id", scope = "${app.key}")
		public void placeholder(String id) {
		}

		@Idempotent(key = "{#id, #worflowId.length()}")
		public void unknown(String id, String workflowId) {
		}

		@Idempotent(key = "#limit", payload = "#ids.?[#this > #limt]")
		public void unknownInSelection(List<Integer> ids, int limit) {
		}

		@Idempotent(key = "#id", scope = "#tenant")
		public void unknownScope(String id) {
		}

		@Idempotent(key = "#a1")
		public void position(String id) {
		}

		@Idempotent(key = "id")
		public void noHash(String id) {
		}

		@Idempotent(key = "'prefix-' + id.length()")
		public void noHashInside(String id) {
		}

		@Idempotent(key = "#id", scope = "tenant()")
		public void noTarget(String id) {
		}

		@Idempotent(key = "#root.arguments[0]")
		public void badRoot(String id) {
		}

		@Idempotent(key = "#hash(#id)")
		public void function(String id) {
		}

		@Idempotent(key = "#id", scope = "@tenants.current()")
		public void bean(String id) {
		}

	}

}
