package io.idempotent.interceptor;

import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.SortedSet;
import java.util.stream.Stream;

import io.idempotent.Idempotent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What declared types say of an expression when the application starts.
 */
class ExpressionReferencesTests {

	private final TestOperations test = new TestOperations();

	@ParameterizedTest
	@ValueSource(strings = { "recordProperty", "beanProperty", "nestedProperty", "genericProperty", "inheritedProperty",
			"elementProperty", "mapValueProperty", "projected", "filtered", "safeProperty", "optionalProperty",
			"method", "methodWithOtherArguments", "inList", "inOperator", "inArgument", "scope", "payload", "literal",
			"positional", "indexedByName" })
	void aMemberThatTheTypeDoesNotHaveIsRefusedByItsName(String method) {
		assertThatExceptionOfType(InvalidIdempotentMethodException.class)
			.isThrownBy(() -> this.test.read(Misspelt.class, method))
			.withMessageContaining("." + method + "(")
			.withMessageMatching("(?s).*(idd|find\\(|concatt).*(does not have|has no such method).*");
	}

	@Test
	void theRefusalSaysWhatThereIs() {
		assertThatExceptionOfType(InvalidIdempotentMethodException.class)
			.isThrownBy(() -> this.test.read(Misspelt.class, "recordProperty"))
			.withMessageContaining("expression '#c.idd' of `key` refers to the property 'idd', which a "
					+ Command.class.getName() + " does not have")
			.withMessageContaining("Its properties are id, lines, note");
	}

	@ParameterizedTest
	@ValueSource(strings = { "randomUuid", "randomText", "randomElement", "randomArgument", "random", "nanos",
			"identity", "now", "nowText", "millis", "date", "dateTime", "inScope", "inPayload" })
	void whatIsAnotherValueAtEachCallIsRefused(String method) {
		assertThatExceptionOfType(InvalidIdempotentMethodException.class)
			.isThrownBy(() -> this.test.read(Fresh.class, method))
			.withMessageContaining("." + method + "(")
			.withMessageContaining("is another value at each call, because of ")
			.withMessageContaining("Refer to what a retry repeats");
	}

	@ParameterizedTest
	@ValueSource(strings = { "ofConstant", "ofClass", "ofDeclaringClass", "ofArray", "ofFinalClass", "ofMember" })
	void aHashCodeThatDiffersInEachJvmIsRefused(String method) {
		assertThatExceptionOfType(InvalidIdempotentMethodException.class)
			.isThrownBy(() -> this.test.read(Hashes.class, method))
			.withMessageContaining("." + method + "(")
			.withMessageContaining("is another number in each JVM")
			.withMessageContaining("Refer to what identifies it");
	}

	@ParameterizedTest
	@ValueSource(strings = { "perDay", "perHour", "perMinute", "ofBean", "unlessGiven", "unlessSent", "ofName" })
	void whatIsRoundedOrChosenOnlyWhereThereIsNothingElseIsNot(String method) {
		assertThat(this.test.read(Coarse.class, method)).isNotNull();
	}

	@Test
	void whatMayExistIsNotRefused() {
		for (var method : Possible.class.getDeclaredMethods()) {
			if (method.isAnnotationPresent(Idempotent.class)) {
				assertThat(this.test.read(Possible.class, method.getName())).isNotNull();
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "map", "nestedMap", "entity", "records", "stream", "sqlDate", "entityOfList",
			"entityAsScope", "listAsScope", "projectedEntities" })
	void aTypeOfWhichNoValueIsAKeyIsRefused(String method) {
		assertThatExceptionOfType(InvalidIdempotentMethodException.class)
			.isThrownBy(() -> this.test.read(NoKeys.class, method))
			.withMessageContaining("can never be used: a ")
			.withMessageContaining(" is no key: ");
	}

	@ParameterizedTest
	@ValueSource(strings = { "setProjected", "setFiltered", "setFirst", "setIndexed", "mapProjected",
			"collectionProjected", "unknownProjected", "nestedSet", "setInScope", "setInPayload" })
	void elementsThatComeInAnotherOrderEachTimeAreRefused(String method) {
		assertThatExceptionOfType(InvalidIdempotentMethodException.class)
			.isThrownBy(() -> this.test.read(Unordered.class, method))
			.withMessageContaining("nothing says that they come in the same order each time")
			.withMessageContaining("Refer to the set itself");
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void anExpressionThatIsTheSameForEachCallIsWarnedOfOnceWithTheRemedy(CapturedOutput output) {
		IdempotentOperationSource source = this.test.source();
		for (String name : List.of("text", "number", "list", "composed", "staticField", "ofMethod", "scope",
				"payload")) {
			source.find(TestOperations.methodOf(Constant.class, name), Constant.class);
			source.find(TestOperations.methodOf(Constant.class, name), Constant.class);
			assertThat(output).containsOnlyOnce(Constant.class.getName() + "." + name + "(String): expression '");
		}
		assertThat(output)
			.contains("expression ''fixed'' of `key` does not depend on the call, so all calls are one operation")
			.contains("key = \"#orderId\"", "scope = \"#tenantId\"", "payload = Idempotent.UNCHECKED");
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void whatMayDifferFromCallToCallIsNotWarnedOf(CapturedOutput output) {
		this.test.beanFactory.registerSingleton("clock", "a bean");
		for (String name : List.of("argument", "arguments", "target", "bean", "today", "created", "position")) {
			assertThat(this.test.read(Variable.class, name)).isNotNull();
		}
		assertThat(output).doesNotContain("does not depend on the call");
	}

	public record Line(String sku, int quantity) {

	}

	public record Command(String id, List<Line> lines, Optional<Line> note) {

		public String find(String name) {
			return name;
		}

	}

	public static class Order<T> {

		public String number;

		private T content;

		public T getContent() {
			return this.content;
		}

		public boolean isPaid() {
			return true;
		}

	}

	public static class SpecialOrder extends Order<Command> {

	}

	public interface Party {

		String name();

	}

	public abstract static class Person implements Party {

	}

	static class Misspelt {

		@Idempotent(key = "#c.idd")
		public void recordProperty(Command c) {
		}

		@Idempotent(key = "#o.idd")
		public void beanProperty(Order<String> o) {
		}

		@Idempotent(key = "#o.content.lines[0].idd")
		public void nestedProperty(Order<Command> o) {
		}

		@Idempotent(key = "#o.content.idd")
		public void genericProperty(Order<Command> o) {
		}

		@Idempotent(key = "#o.content.idd")
		public void inheritedProperty(SpecialOrder o) {
		}

		@Idempotent(key = "#c[0].idd")
		public void elementProperty(List<Command> c) {
		}

		@Idempotent(key = "#m['x'].idd")
		public void mapValueProperty(Map<String, Command> m) {
		}

		@Idempotent(key = "#c.lines.![idd]")
		public void projected(Command c) {
		}

		@Idempotent(key = "#c.lines.?[idd > 0].![sku]")
		public void filtered(Command c) {
		}

		@Idempotent(key = "#c?.idd")
		public void safeProperty(Command c) {
		}

		@Idempotent(key = "#c.note?.idd")
		public void optionalProperty(Command c) {
		}

		@Idempotent(key = "#c.find()")
		public void method(Command c) {
		}

		@Idempotent(key = "#c.id.concatt('a')")
		public void methodWithOtherArguments(Command c) {
		}

		@Idempotent(key = "{#id, {#c.idd}}")
		public void inList(String id, Command c) {
		}

		@Idempotent(key = "#c != null ? 'a' + #c.idd : 'none'")
		public void inOperator(Command c) {
		}

		@Idempotent(key = "#c.find(#c.idd)")
		public void inArgument(Command c) {
		}

		@Idempotent(key = "#id", scope = "#c.idd")
		public void scope(String id, Command c) {
		}

		@Idempotent(key = "#id", payload = "{#c.idd}")
		public void payload(String id, Command c) {
		}

		@Idempotent(key = "#id + 'a'.concatt('b')")
		public void literal(String id) {
		}

		@Idempotent(key = "#a0.idd")
		public void positional(Command c) {
		}

		@Idempotent(key = "#c['idd']")
		public void indexedByName(Command c) {
		}

	}

	static class Possible {

		@Idempotent(key = "#o.idd")
		public void ofObject(Object o) {
		}

		@Idempotent(key = "#p.idd")
		public void ofInterface(Party p) {
		}

		@Idempotent(key = "#p.idd.find().more")
		public void ofAbstractClass(Person p) {
		}

		@Idempotent(key = "#m['x'].idd + #m[id]")
		public void ofMap(Map<String, Object> m) {
		}

		@Idempotent(key = "#o.content.idd")
		public void ofTypeVariable(Order<?> o) {
		}

		@Idempotent(key = "#root.target.anything + #root.args[0].idd")
		public void ofRoot(String id) {
		}

		@Idempotent(key = "T(java.lang.Integer).valueOf('7').idd + #id")
		public void ofStaticMethod(String id) {
		}

		@Idempotent(key = "#o.number + #o.paid + #c.id + #c.id.length() + #c.lines.size() + #ids.length + #c.note?.sku")
		public void existing(Order<String> o, Command c, int[] ids) {
		}

		@Idempotent(key = "{#c.lines.![sku], #c.lines.?[quantity > 1].![#this.sku], #c.lines.^[quantity == 1]?.sku}")
		public void ofElements(Command c) {
		}

		@Idempotent(key = "{#ids, #map.keySet(), #sorted.![length()], #ids.size(), #ids.contains('a')}")
		public void ofSets(Set<String> ids, Map<String, String> map, SortedSet<String> sorted) {
		}

		@Idempotent(key = "#c?.find('a')?.toUpperCase()", scope = "#o?.concat('a')",
				payload = "#any.![idd] + #c.lines.![{sku, quantity}]")
		public void ofMethods(Command c, Optional<String> o, Collection<Object> any) {
		}

		@Idempotent(key = "#type.MAX_VALUE + #type.valueOf('1')")
		public void ofClass(Class<?> type) {
		}

		@Idempotent(key = "#o?.orElse('a')", scope = "#o.get()")
		public void ofOptionals(Optional<String> o) {
		}

		@Idempotent(key = "#array.![id].size() + #array[0].id")
		public void ofArray(Command[] array) {
		}

		@Idempotent(key = "{#a, #b, #c, #d, #e}")
		public void ofTypesThatMayBeKeys(Object a, Comparable<String> b, Iterable<String> c, Optional<Set<Long>> d,
				Date e) {
		}

	}

	static class NoKeys {

		@Idempotent(key = "#map")
		public void map(Map<String, String> map) {
		}

		@Idempotent(key = "{#id, #map['x']}")
		public void nestedMap(String id, Map<String, Properties> map) {
		}

		@Idempotent(key = "#order")
		public void entity(Order<String> order) {
		}

		@Idempotent(key = "#commands")
		public void records(Set<Command> commands) {
		}

		@Idempotent(key = "#ids")
		public void stream(Stream<String> ids) {
		}

		@Idempotent(key = "#day")
		public void sqlDate(java.sql.Date day) {
		}

		@Idempotent(key = "#commands[0]")
		public void entityOfList(List<Command> commands) {
		}

		@Idempotent(key = "#id", scope = "#c")
		public void entityAsScope(String id, Command c) {
		}

		@Idempotent(key = "#id", scope = "#c.lines.![sku].toArray()")
		public void listAsScope(String id, Command c) {
		}

		@Idempotent(key = "{#c.id, #c.lines.?[quantity > 0]}")
		public void projectedEntities(Command c) {
		}

	}

	static class Unordered {

		@Idempotent(key = "#lines.![sku]")
		public void setProjected(Set<Line> lines) {
		}

		@Idempotent(key = "#ids.?[length() > 1]")
		public void setFiltered(Set<String> ids) {
		}

		@Idempotent(key = "#ids.^[length() > 1]")
		public void setFirst(Set<String> ids) {
		}

		@Idempotent(key = "#ids[0]")
		public void setIndexed(Set<String> ids) {
		}

		@Idempotent(key = "{#id, #map.![value]}")
		public void mapProjected(String id, Map<String, String> map) {
		}

		@Idempotent(key = "#lines.![sku]")
		public void collectionProjected(Collection<Line> lines) {
		}

		@Idempotent(key = "#lines.![sku]")
		public void unknownProjected(Object lines) {
		}

		@Idempotent(key = "#sets.![#this.![sku]]")
		public void nestedSet(List<Set<Line>> sets) {
		}

		@Idempotent(key = "#id", scope = "#ids.$[true]")
		public void setInScope(String id, Set<String> ids) {
		}

		@Idempotent(key = "#id", payload = "#lines.![sku]")
		public void setInPayload(String id, Set<Line> lines) {
		}

	}

	static class Constant {

		@Idempotent(key = "'fixed'")
		public void text(String id) {
		}

		@Idempotent(key = "42")
		public void number(String id) {
		}

		@Idempotent(key = "{'a', 1}")
		public void list(String id) {
		}

		@Idempotent(key = "'a'.concat('b') + (1 > 2 ? 3 : 4)")
		public void composed(String id) {
		}

		@Idempotent(key = "T(java.lang.Integer).MAX_VALUE")
		public void staticField(String id) {
		}

		@Idempotent(key = "#root.method.name")
		public void ofMethod(String id) {
		}

		@Idempotent(key = "#id", scope = "'tenant'")
		public void scope(String id) {
		}

		@Idempotent(key = "#id", payload = "1")
		public void payload(String id) {
		}

	}

	static class Variable {

		@Idempotent(key = "'a' + #id")
		public void argument(String id) {
		}

		@Idempotent(key = "#root.args[0]")
		public void arguments(String id) {
		}

		@Idempotent(key = "#root.target.toString()")
		public void target(String id) {
		}

		@Idempotent(key = "@clock.length()")
		public void bean(String id) {
		}

		@Idempotent(key = "T(java.time.Year).now()")
		public void today(String id) {
		}

		@Idempotent(key = "new java.math.BigDecimal('1')")
		public void created(String id) {
		}

		@Idempotent(key = "args[0]")
		public void position(String id) {
		}

	}

	static class Fresh {

		@Idempotent(operation = "randomUuid", key = "T(java.util.UUID).randomUUID()")
		public void randomUuid(String id) {
		}

		@Idempotent(operation = "randomText", key = "#id + '-' + T(java.util.UUID).randomUUID().toString()")
		public void randomText(String id) {
		}

		@Idempotent(operation = "randomElement", key = "{#id, T(java.util.UUID).randomUUID()}")
		public void randomElement(String id) {
		}

		@Idempotent(operation = "randomArgument", key = "T(String).format('%s', T(java.util.UUID).randomUUID())")
		public void randomArgument(String id) {
		}

		@Idempotent(operation = "random", key = "#id + T(Math).random()")
		public void random(String id) {
		}

		@Idempotent(operation = "nanos", key = "T(java.lang.System).nanoTime()")
		public void nanos(String id) {
		}

		@Idempotent(operation = "identity", key = "T(System).identityHashCode(#id)")
		public void identity(String id) {
		}

		@Idempotent(operation = "now", key = "T(java.time.Instant).now()")
		public void now(String id) {
		}

		@Idempotent(operation = "nowText", key = "#id + T(java.time.Instant).now().toString()")
		public void nowText(String id) {
		}

		@Idempotent(operation = "millis", key = "'x' + T(System).currentTimeMillis()")
		public void millis(String id) {
		}

		@Idempotent(operation = "date", key = "new java.util.Date()")
		public void date(String id) {
		}

		@Idempotent(operation = "dateTime", key = "new java.util.Date().getTime()")
		public void dateTime(String id) {
		}

		@Idempotent(operation = "inScope", key = "#id", scope = "T(java.util.UUID).randomUUID()")
		public void inScope(String id) {
		}

		@Idempotent(operation = "inPayload", key = "#id", payload = "T(java.time.LocalDateTime).now()")
		public void inPayload(String id) {
		}

	}

	static final class Opaque {

	}

	public record Priced(Thread.State state) {

	}

	static class Hashes {

		@Idempotent(operation = "ofConstant", key = "#state.hashCode()")
		public void ofConstant(Thread.State state) {
		}

		@Idempotent(operation = "ofClass", key = "'x' + #type.hashCode()")
		public void ofClass(Class<?> type) {
		}

		@Idempotent(operation = "ofDeclaringClass", key = "#state.declaringClass.hashCode()")
		public void ofDeclaringClass(Thread.State state) {
		}

		@Idempotent(operation = "ofArray", key = "{#array.hashCode()}")
		public void ofArray(int[] array) {
		}

		@Idempotent(operation = "ofFinalClass", key = "#id", scope = "#opaque?.hashCode()")
		public void ofFinalClass(String id, Opaque opaque) {
		}

		@Idempotent(operation = "ofMember", key = "#id", payload = "#priced.state.hashCode()")
		public void ofMember(String id, Priced priced) {
		}

	}

	static class Coarse {

		@Idempotent(operation = "perDay", key = "#id + T(java.time.LocalDate).now()")
		public void perDay(String id) {
		}

		@Idempotent(operation = "perHour",
				key = "#id + T(java.time.Instant).now().truncatedTo(T(java.time.temporal.ChronoUnit).HOURS)")
		public void perHour(String id) {
		}

		@Idempotent(operation = "perMinute", key = "#id + T(System).currentTimeMillis() / 60000")
		public void perMinute(String id) {
		}

		@Idempotent(operation = "ofBean",
				key = "T(java.time.LocalDate).ofInstant(T(java.time.Instant).now(), T(java.time.ZoneOffset).UTC) + #id")
		public void ofBean(String id) {
		}

		@Idempotent(operation = "unlessGiven", key = "#id != null ? #id : T(java.util.UUID).randomUUID().toString()")
		public void unlessGiven(String id) {
		}

		@Idempotent(operation = "unlessSent", key = "#id ?: T(java.util.UUID).randomUUID().toString()")
		public void unlessSent(String id) {
		}

		@Idempotent(operation = "ofName", key = "T(java.util.UUID).fromString(#id)")
		public void ofName(String id) {
		}

	}

}
