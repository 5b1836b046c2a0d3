package io.idempotent.interceptor;

import java.security.Principal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

import io.idempotent.Idempotent;
import io.idempotent.engine.PayloadDigester.Part;
import org.junit.jupiter.api.Test;

import org.springframework.expression.spel.SpelEvaluationException;
import org.springframework.test.util.ReflectionTestUtils;
import org.springframework.ui.ExtendedModelMap;
import org.springframework.ui.Model;
import org.springframework.validation.BindingResult;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What is computed for one call: scope, key and payload.
 */
class IdempotentCallTests {

	private static final Command COMMAND = new Command("c-1", 42, List.of("a", "b"));

	private final TestOperations test = new TestOperations();

	private final Service service = new Service();

	@Test
	void aPlainParameterIsReadWithoutAnEvaluationContext() {
		for (String method : List.of("byName", "byPosition", "byOtherPosition")) {
			IdempotentCall call = call(method, "w-1");
			assertThat(call.key()).isEqualTo("w-1");
			assertThat(ReflectionTestUtils.getField(call, "evaluationContext")).isNull();
		}
	}

	@Test
	void oneCallHasOneEvaluationContext() {
		IdempotentCall call = call("everything", COMMAND);
		call.scope();
		Object context = ReflectionTestUtils.getField(call, "evaluationContext");
		call.key();
		call.fingerprint();
		assertThat(ReflectionTestUtils.getField(call, "evaluationContext")).isNotNull().isSameAs(context);
	}

	@Test
	void theKeyIsTheValueOfItsExpression() {
		assertThat(call("byProperty", COMMAND).key()).isEqualTo("c-1");
		assertThat(call("byParts", "a", 1).key()).isEqualTo(List.of("a", 1));
		assertThat(call("byArray", "a", 1).key()).isEqualTo(1);
		assertThat(call("byTarget", "a").key()).isEqualTo("target-a");
		assertThat(call("byMethod", "a").key()).isEqualTo("byMethod");
		assertThat(call("bySelection", List.of(1, 2, 3), 1).key()).isEqualTo(List.of(2, 3));
		assertThat(call("byMap", Map.of("id", "m-1")).key()).isEqualTo("m-1");
		assertThat(call("byName", new Object[] { null }).key()).isNull();
	}

	@Test
	void literalNamesTypesAndOperatorsAreNotTakenForParameters() {
		assertThat(call("byLiterals", COMMAND).key()).isEqualTo(List.of(Map.of("id", "c-1"), 7, "none", 2));
	}

	@Test
	void anExpressionMayCallABean() {
		this.test.beanFactory.registerSingleton("clock", UUID.fromString("00000000-0000-0001-0000-000000000002"));
		assertThat(call("byBean", "a").key()).isEqualTo("a-2");
	}

	@Test
	void theSourceOfTheKeyIsItsExpression() {
		assertThat(call("byName", "w-1").keySource()).isEqualTo("expression '#workflowId'");
	}

	@Test
	void anExpressionThatFailsIsNamedTogetherWithItsAttribute() {
		assertThatIllegalArgumentException().isThrownBy(() -> call("byProperty", new Object[] { null }).key())
			.withMessageStartingWith("expression '#cmd.id' of `key` could not be evaluated: ")
			.withCauseInstanceOf(SpelEvaluationException.class);
		assertThatIllegalArgumentException().isThrownBy(() -> call("everything", new Object[] { null }).scope())
			.withMessageStartingWith("expression '#cmd.id.substring(0, 1)' of `scope` could not be evaluated: ");
		assertThatIllegalArgumentException().isThrownBy(() -> call("everything", new Object[] { null }).fingerprint())
			.withMessageStartingWith("expression '{#cmd.amount, #cmd.items}' of `payload` could not be evaluated: ");
	}

	@Test
	void anExpressionCannotChangeTheArguments() {
		Mutable mutable = new Mutable();
		assertThatIllegalArgumentException().isThrownBy(() -> call("assigning", mutable).key());
		assertThat(mutable.id).isNull();
	}

	@Test
	void thePayloadIsAllArgumentsButTheKey() {
		call("byName2", "w-1", List.of(COMMAND), 7).fingerprint();
		assertThat(this.test.digester.digested).extracting(Part::name)
			.containsExactly("argument 'commands'", "argument 'amount'");
		assertThat(this.test.digester.digested).extracting((part) -> part.type().getTypeName())
			.containsExactly("java.util.List<" + Command.class.getName() + ">", "int");
		assertThat(this.test.digester.digested).extracting(Part::value).containsExactly(List.of(COMMAND), 7);
		assertThat(this.test.digester.validated).hasSize(2);
		assertThat(compared("byName2")).isEqualTo("the arguments commands, amount");
	}

	@Test
	void anArgumentOfWhichTheKeyIsOnlyAPartStaysInThePayload() {
		assertThat(compared("byProperty")).isEqualTo("the argument cmd");
		assertThat(compared("byMixedParts")).isEqualTo("the argument cmd");
	}

	@Test
	void withNothingButTheKeyThereIsNothingToCompare() {
		assertThat(call("byParts", "a", 1).fingerprint()).isNull();
		assertThat(compared("byParts")).isEqualTo("nothing (only the key)");
		assertThat(this.test.digester.digested).isEmpty();
	}

	@Test
	void anUncheckedPayloadHasNoFingerprint() {
		assertThat(call("unchecked", "a", Stream.of(1)).fingerprint()).isNull();
		assertThat(compared("unchecked")).isEqualTo("nothing (only the key)");
		assertThat(this.test.digester.validated).isEmpty();
	}

	@Test
	void aPayloadExpressionIsOnePart() {
		call("everything", COMMAND).fingerprint();
		assertThat(this.test.digester.digested).singleElement().satisfies((part) -> {
			assertThat(part.name()).isEqualTo("expression '{#cmd.amount, #cmd.items}'");
			assertThat(part.value()).isEqualTo(List.of(42, List.of("a", "b")));
		});
		assertThat(compared("everything")).isEqualTo("expression '{#cmd.amount, #cmd.items}'");
	}

	@Test
	void aPayloadExpressionThatIsAnArgumentHasItsDeclaredType() {
		call("plainPayload", "a", List.of(COMMAND)).fingerprint();
		assertThat(this.test.digester.digested).singleElement()
			.satisfies((part) -> assertThat(part.type().getTypeName())
				.isEqualTo("java.util.List<" + Command.class.getName() + ">"));
	}

	@Test
	void argumentsThatAFrameworkPassesInAreNotCompared() {
		assertThat(compared("handler")).isEqualTo("the argument locale");
	}

	@Test
	void anArgumentWithoutCanonicalFormIsRefusedAtStart() {
		assertThatExceptionOfType(InvalidIdempotentMethodException.class)
			.isThrownBy(() -> this.test.read(Service.class, "live"))
			.withMessageContaining(".live(String,java.util.stream.Stream): argument 'stream' is a stream")
			.withMessageContaining("payload attribute");
	}

	@Test
	void theScopeIsTheValueOfItsExpression() {
		assertThat(call("everything", COMMAND).scope()).isEqualTo("c");
		assertThat(call("simpleScope", 7L).scope()).isEqualTo("7");
	}

	@Test
	void aScopeThatIsNoTextIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> call("objectScope", COMMAND, "a").scope())
			.withMessageContaining("expression '#owner' of `scope` gave a " + Command.class.getName());
	}

	@Test
	void aScopeThatIsNullIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> call("simpleScope", new Object[] { null }).scope())
			.withMessageContaining("expression '#tenant' of `scope` gave no scope (null)");
		this.test.scopeResolver = (invocation) -> null;
		assertThatIllegalArgumentException().isThrownBy(() -> call("byName", "w-1").scope())
			.withMessageContaining("the IdempotencyScopeResolver gave no scope (null)");
	}

	@Test
	void withoutAnExpressionTheResolverIsAskedAboutTheCall() {
		this.test.scopeResolver = (invocation) -> {
			assertThat(invocation.operation()).isEqualTo("named");
			assertThat(invocation.target()).isSameAs(this.service);
			assertThat(invocation.method()).isEqualTo(TestOperations.methodOf(Service.class, "named"));
			assertThat(invocation.arguments()).containsExactly("w-1", null);
			return "tenant";
		};
		assertThat(call("named", "w-1", null).scope()).isEqualTo("tenant");
	}

	@Test
	void theNamesOfTheAnnotatedInterfaceMethodAreKnownToo() {
		Renaming bean = new Renaming();
		assertThat(this.test.call(bean, "submit", "w-1", "x").key()).isEqualTo("w-1");
		assertThat(this.test.read(Renaming.class, "submit").operation().compared()).isEqualTo("the argument text");
	}

	private IdempotentCall call(String method, Object... arguments) {
		return this.test.call(this.service, method, arguments);
	}

	private String compared(String method) {
		return this.test.read(Service.class, method).operation().compared();
	}

	public record Command(String id, int amount, List<String> items) {

	}

	public static class Mutable {

		public String id;

	}

	interface Named {

		@Idempotent(key = "#workflowId")
		void submit(String workflowId, String text);

	}

	static class Renaming implements Named {

		@Override
		public void submit(String id, String content) {
		}

	}

	static class Service {

		public String tenant(String suffix) {
			return "target-" + suffix;
		}

		@Idempotent(key = "#workflowId")
		public void byName(String workflowId) {
		}

		@Idempotent(key = "#workflowId")
		public void byName2(String workflowId, List<Command> commands, int amount) {
		}

		@Idempotent(key = "#a0")
		public void byPosition(String workflowId) {
		}

		@Idempotent(key = "#p0")
		public void byOtherPosition(String workflowId) {
		}

		@Idempotent(key = "#cmd.id")
		public void byProperty(Command cmd) {
		}

		@Idempotent(key = "{#id, #number}")
		public void byParts(String id, int number) {
		}

		@Idempotent(key = "{#id, #cmd.amount}")
		public void byMixedParts(String id, Command cmd) {
		}

		@Idempotent(key = "#root.args[1]")
		public void byArray(String id, int number) {
		}

		@Idempotent(key = "#root.target.tenant(#id)")
		public void byTarget(String id) {
		}

		@Idempotent(key = "#root.method.name")
		public void byMethod(String id) {
		}

		@Idempotent(key = "#ids.?[#this > #limit]")
		public void bySelection(List<Integer> ids, int limit) {
		}

		@Idempotent(key = "#map[id]")
		public void byMap(Map<String, String> map) {
		}

		@Idempotent(key = "{{id: #cmd.id}, T(java.lang.Integer).valueOf('7'), "
				+ "#cmd?.items.^[length() > 5] ?: 'none', (#cmd.amount > 1) ? #cmd.items.![length()].size() : 0}")
		public void byLiterals(Command cmd) {
		}

		@Idempotent(key = "#id + '-' + @clock.leastSignificantBits")
		public void byBean(String id) {
		}

		@Idempotent(key = "#mutable.id = 'x'")
		public void assigning(Mutable mutable) {
		}

		@Idempotent(key = "#cmd.id", scope = "#cmd.id.substring(0, 1)", payload = "{#cmd.amount, #cmd.items}")
		public void everything(Command cmd) {
		}

		@Idempotent(key = "#id", payload = Idempotent.UNCHECKED)
		public void unchecked(String id, Stream<Integer> stream) {
		}

		@Idempotent(key = "#id", payload = "#commands")
		public void plainPayload(String id, List<Command> commands) {
		}

		@Idempotent(key = "#id")
		public void live(String id, Stream<Integer> stream) {
		}

		@Idempotent(key = "#id")
		public void handler(String id, Principal principal, Model model, ExtendedModelMap map, BindingResult errors,
				Locale locale) {
		}

		@Idempotent(key = "#tenant", scope = "#tenant")
		public void simpleScope(Long tenant) {
		}

		@Idempotent(key = "#id", scope = "#owner")
		public void objectScope(Object owner, String id) {
		}

		@Idempotent(key = "#id", operation = "named")
		public void named(String id, String text) {
		}

	}

}
