package io.idempotent.interceptor;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayDeque;
import java.util.Calendar;
import java.util.Collections;
import java.util.Date;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TimeZone;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import io.idempotent.Idempotent;
import io.idempotent.engine.operation.CallInputs;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.context.i18n.LocaleContextHolder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Expressions that make text, with the conversions that Spring Boot gives an application.
 */
class PortableTextTests {

	private static final Locale LOCALE = Locale.getDefault();

	private static final TimeZone ZONE = TimeZone.getDefault();

	private static final Instant NOON = Instant.parse("2026-12-01T12:00:00Z");

	private final TestOperations test = new TestOperations();

	private final Service service = new Service();

	@BeforeEach
	void convertAsSpringBootDoes() {
		ApplicationConversionService conversions = new ApplicationConversionService();
		conversions.addConverter(Tenant.class, String.class, Tenant::name);
		this.test.beanFactory.setConversionService(conversions);
	}

	@AfterEach
	void restore() {
		Locale.setDefault(LOCALE);
		TimeZone.setDefault(ZONE);
	}

	static Stream<String> methods() {
		return Stream.of(Service.class.getDeclaredMethods())
			.map((method) -> method.getName())
			.filter((name) -> name.startsWith("by"))
			.sorted();
	}

	@ParameterizedTest
	@MethodSource("methods")
	void aTextIsTheSameInEachLocaleAndTimeZone(String method) {
		Set<Object> texts = new LinkedHashSet<>();
		for (String locale : List.of("en-US", "ar-EG", "fa-IR", "th-TH-u-nu-thai", "hi-IN-u-nu-deva",
				"ja-JP-u-ca-japanese", "tr-TR", "de-DE")) {
			for (String zone : List.of("UTC", "Asia/Kathmandu", "America/Los_Angeles")) {
				Locale.setDefault(Locale.forLanguageTag(locale));
				TimeZone.setDefault(TimeZone.getTimeZone(zone));
				LocaleContextHolder.resetLocaleContext();
				Calendar calendar = Calendar.getInstance();
				calendar.setTimeInMillis(NOON.toEpochMilli());
				CallInputs inputs = this.test.call(this.service, method, Date.from(NOON), calendar,
						LocalDate.of(2026, 12, 1), NOON, new BigDecimal("1E+3"), 1234.5, "ISTANBUL i", Kind.ONE);
				texts.add(inputs.key());
				texts.add(inputs.scope());
			}
		}
		assertThat(texts).containsOnly(TEXTS.get(method));
	}

	private static final Map<String, String> TEXTS = Map.ofEntries(Map.entry("byDate", "x2026-12-01T12:00:00Z"),
			Map.entry("byCalendar", "2026-12-01T12:00:00Zx"), Map.entry("byLocalDate", "x2026-12-01"),
			Map.entry("byInstant", "x2026-12-01T12:00:00Z"), Map.entry("byDecimal", "x1000"),
			Map.entry("byDouble", "x1234.5"), Map.entry("byLowerCase", "istanbul i"),
			Map.entry("byUpperCase", "ISTANBUL I"), Map.entry("byFormat", "0007 1,234.50 2026-12-01T12:00:00Z"),
			Map.entry("byFormatted", "1,235 ONE"), Map.entry("byValueOf", "2026-12-01T12:00:00Z"),
			Map.entry("byToString", "2026-12-01T12:00:00Z"), Map.entry("byNumberToString", "1000"),
			Map.entry("byConstant", "xONE"), Map.entry("byArgumentOfAMethod", "ISTANBUL i2026-12-01T12:00:00Z"),
			Map.entry("byJoin", "ISTANBUL i-a"));

	@ParameterizedTest
	@ValueSource(strings = { "concatenated", "text", "joined", "valueOf", "formatted", "firstOfStream", "asArray",
			"iterated" })
	void whatHasNoTextThatIsTheSameEachTimeIsRefused(String method) {
		for (Object value : List.of(new LinkedHashSet<>(List.of("b", "a")), new HashMap<>(Map.of("a", "b")).values(),
				Map.of("a", 1).keySet())) {
			assertThatIllegalArgumentException().isThrownBy(() -> this.test.call(new Refused(), method, value).key())
				.withMessageContaining("could not be evaluated")
				.withMessageMatching("(?s).*(no text that is the same each time|in another order each time).*");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "concatenated", "text", "valueOf", "formatted" })
	void theIdentityOfAnObjectIsNoText(String method) {
		for (Object value : List.of(new Object(), new int[] { 1 }, java.sql.Date.valueOf("2026-01-01"), Map.of())) {
			assertThatIllegalArgumentException().isThrownBy(() -> this.test.call(new Refused(), method, value).key())
				.withMessageContaining("has no text that is the same each time");
		}
	}

	@Test
	void theHashOfWhatHasOnlyItsIdentityIsRefused() {
		for (Object value : List.of(new Object(), new int[] { 1 }, Kind.ONE,
				new HashMap<>(Map.of("a", "b")).values())) {
			assertThatIllegalArgumentException().isThrownBy(() -> this.test.call(new Refused(), "hash", value).key())
				.withMessageContaining("has no text that is the same each time");
		}
	}

	@Test
	void theHashOfWhatContainsSomethingThatHasOnlyItsIdentityIsRefused() {
		for (Object value : List.of(List.of("a", Kind.ONE), Map.of("a", Kind.ONE), Optional.of(Kind.ONE),
				new Labelled("a", Kind.ONE), List.of(new Labelled("a", Kind.ONE)), new Fields())) {
			for (String method : List.of("hash", "hashOfSeveral")) {
				assertThatIllegalArgumentException().as("%s of %s", method, value)
					.isThrownBy(() -> this.test.call(new Refused(), method, value).key())
					.withMessageContaining("has no text that is the same each time");
			}
		}
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.test.call(new Refused(), "hashOfSeveral", new int[] { 1 }).key());
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.test.call(new Refused(), "hashOfArguments", Kind.ONE).key());
		assertThat(this.test.call(new Refused(), "hash", new Labelled("a", null)).key()).isEqualTo(31 * 97);
		assertThat(this.test.call(new Refused(), "hash", List.of("a")).key()).isEqualTo(31 + 97);
		assertThat(this.test.call(new Refused(), "hashOfArguments", "a").key()).isEqualTo(31 + 97);
	}

	record Labelled(String label, Kind kind) {

	}

	@Test
	void theHashOfWhatHoldsAnIdentityAtAnyDepthIsRefused() {
		IdentityHashMap<String, Integer> identities = new IdentityHashMap<>();
		identities.put("a", 1);
		Set<String> identity = Collections.newSetFromMap(new IdentityHashMap<>());
		identity.add("a");
		for (Object value : List.of(Kind.class, new Holder(new Plain()), List.of(new Holder(new Plain())),
				new Holder(List.of(Kind.ONE)), new Holder(new Holder(Kind.class)), new Holder(new int[] { 1 }),
				new Holder(new Object[] { "a" }), new AtomicInteger(1), identities, identities.keySet(), identity,
				new ArrayDeque<>(List.of("a")), Map.entry("a", Kind.ONE), Calendar.getInstance(),
				Optional.of(List.of(new Plain())), new Inherited(), java.sql.Date.valueOf("2026-01-01"))) {
			for (String method : List.of("hash", "hashOfSeveral", "hashBySpring")) {
				assertThatIllegalArgumentException().as("%s of %s", method, value)
					.isThrownBy(() -> this.test.call(new Refused(), method, value).key())
					.withMessageContaining("has no text that is the same each time, and no hash code");
			}
		}
		for (Object value : List.of("a", new Holder("a"), new Holder(new Holder(List.of(1, 2L))), Map.of("a", 1.5),
				Map.entry("a", NOON), new BigDecimal("1.0"), Optional.of(LocalDate.of(2026, 1, 1)),
				new TreeSet<>(List.of("a")))) {
			assertThat(this.test.call(new Refused(), "hash", value).key()).isEqualTo(value.hashCode());
		}
		assertThat(this.test.call(new Refused(), "deepHash", (Object) new Object[] { "a", new Object[] { 1 } }).key())
			.isNotNull();
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.test.call(new Refused(), "deepHash", (Object) new Object[] { new Plain() }).key());
	}

	@ParameterizedTest
	@ValueSource(strings = { "hashOfDeclaringClass", "hashOfStaticClass", "hashOfItsClass", "identity",
			"identityUnlessAbsent", "identityText" })
	void theHashOfAClassAndTheIdentityOfAnObjectAreRefused(String method) {
		assertThatException().isThrownBy(() -> this.test.call(new Identities(), method, Kind.ONE).key())
			.withMessageMatching("(?s).*(another number in each JVM|another value at each call"
					+ "|no text that is the same each time|elsewhere in each JVM).*");
	}

	@ParameterizedTest
	@ValueSource(strings = { "concatenated", "text", "valueOf", "formatted", "textByObjects", "textByArrays",
			"textBySpring", "appended" })
	void aTextThatContainsAnIdentityOrAZoneIsRefused(String method) {
		for (Object value : List.of(new Held(new Plain()), new Held(List.of(new Plain())), new Held(new int[] { 1 }),
				new Held(Date.from(NOON)), new Held(new Held(new Plain())), new Held(Set.of("a", "b")),
				new Written(new Plain()), new Held(Optional.of(new Plain())), new Plain(), new OfText("a"))) {
			assertThatIllegalArgumentException().as("%s of %s", method, value)
				.isThrownBy(() -> this.test.call(new Refused(), method, value).key())
				.withMessageContaining("has no text that is the same each time");
		}
		for (Object value : List.of(new Held("a"), new Held(List.of("a", 1)), new Held(new Held(NOON)),
				new Held(Set.of("a")), new OrderId("o-1"), new Quiet(new Plain(), Date.from(NOON)))) {
			assertThat(String.valueOf(this.test.call(new Refused(), method, value).key())).contains(value.toString());
		}
	}

	/** Without a text or a hash code. */
	static class Plain {

	}

	/** Converted to a text by its constructor's likes. */
	static class OfText {

		OfText(String text) {
		}

		public static OfText valueOf(String text) {
			return new OfText(text);
		}

	}

	static class Inherited {

		@Override
		public int hashCode() {
			return super.hashCode();
		}

		@Override
		public boolean equals(Object other) {
			return this == other;
		}

	}

	record Held(Object content) {

	}

	static class Holder {

		private final Object content;

		Holder(Object content) {
			this.content = content;
		}

		@Override
		public int hashCode() {
			return Objects.hash(this.content);
		}

		@Override
		public boolean equals(Object other) {
			return other instanceof Holder holder && this.content.equals(holder.content);
		}

	}

	static class Written extends Holder {

		private final Object content;

		Written(Object content) {
			super(content);
			this.content = content;
		}

		@Override
		public String toString() {
			return "Written " + this.content;
		}

	}

	/** Has parts of which it says nothing. */
	record Quiet(Plain plain, Date date) {

		@Override
		public String toString() {
			return "quiet";
		}

	}

	static class Identities {

		@Idempotent(operation = "1", key = "#kind.declaringClass.hashCode()")
		public void hashOfDeclaringClass(Kind kind) {
		}

		@Idempotent(operation = "2", key = "T(java.util.Locale).hashCode() + '-' + #kind")
		public void hashOfStaticClass(Kind kind) {
		}

		@Idempotent(operation = "3", key = "#root.args[0].class.hashCode()")
		public void hashOfItsClass(Kind kind) {
		}

		@Idempotent(operation = "4", key = "T(java.lang.System).identityHashCode(#kind)")
		public void identity(Kind kind) {
		}

		@Idempotent(operation = "5", key = "#kind != null ? T(System).identityHashCode(#kind) : 1")
		public void identityUnlessAbsent(Kind kind) {
		}

		@Idempotent(operation = "6", key = "T(org.springframework.util.ObjectUtils).identityToString(#kind)")
		public void identityText(Kind kind) {
		}

	}

	static class Fields {

		private final Kind kind = Kind.ONE;

		@Override
		public int hashCode() {
			return this.kind.hashCode();
		}

		@Override
		public boolean equals(Object other) {
			return other instanceof Fields;
		}

	}

	@Test
	void aTextOfTheApplicationsOwnIsKept() {
		assertThat(this.test.call(new Refused(), "concatenated", new Tenant("t-1")).key()).isEqualTo("xt-1");
		assertThat(this.test.call(new Refused(), "concatenated", new OrderId("o-1")).key()).isEqualTo("xo-1");
		assertThat(this.test.call(new Refused(), "text", new OrderId("o-1")).key()).isEqualTo("o-1");
		assertThat(this.test.call(new Refused(), "hash", "a").key()).isEqualTo(97);
		assertThat(this.test.call(new Refused(), "asArray", List.of("a")).key()).isEqualTo(new Object[] { "a" });
	}

	enum Kind {

		ONE;

		@Override
		public String toString() {
			return String.format("%,d", 1);
		}

	}

	public record Tenant(String name) {

	}

	public record OrderId(String value) {

		@Override
		public String toString() {
			return this.value;
		}

	}

	static class Service {

		public String join(String one, String other) {
			return one + other;
		}

		@Idempotent(key = "'x' + #date", scope = "'x' + #date")
		public void byDate(Date date, Calendar calendar, LocalDate day, Instant instant, BigDecimal decimal,
				double number, String text, Kind kind) {
		}

		@Idempotent(key = "#calendar + 'x'", scope = "#calendar + 'x'")
		public void byCalendar(Date date, Calendar calendar, LocalDate day, Instant instant, BigDecimal decimal,
				double number, String text, Kind kind) {
		}

		@Idempotent(key = "'x' + #day", scope = "'x' + #day")
		public void byLocalDate(Date date, Calendar calendar, LocalDate day, Instant instant, BigDecimal decimal,
				double number, String text, Kind kind) {
		}

		@Idempotent(key = "'x' + #instant", scope = "'x' + #instant")
		public void byInstant(Date date, Calendar calendar, LocalDate day, Instant instant, BigDecimal decimal,
				double number, String text, Kind kind) {
		}

		@Idempotent(key = "'x' + #decimal", scope = "'x' + #decimal")
		public void byDecimal(Date date, Calendar calendar, LocalDate day, Instant instant, BigDecimal decimal,
				double number, String text, Kind kind) {
		}

		@Idempotent(key = "'x' + #number", scope = "'x' + #number")
		public void byDouble(Date date, Calendar calendar, LocalDate day, Instant instant, BigDecimal decimal,
				double number, String text, Kind kind) {
		}

		@Idempotent(key = "#text.toLowerCase()", scope = "#text.toLowerCase()")
		public void byLowerCase(Date date, Calendar calendar, LocalDate day, Instant instant, BigDecimal decimal,
				double number, String text, Kind kind) {
		}

		@Idempotent(key = "#text?.toUpperCase()", scope = "#text.toUpperCase()")
		public void byUpperCase(Date date, Calendar calendar, LocalDate day, Instant instant, BigDecimal decimal,
				double number, String text, Kind kind) {
		}

		@Idempotent(key = "T(String).format('%04d %,.2f %s', 7, #number, #date)",
				scope = "T(String).format('%04d %,.2f %s', 7, #number, #date)")
		public void byFormat(Date date, Calendar calendar, LocalDate day, Instant instant, BigDecimal decimal,
				double number, String text, Kind kind) {
		}

		@Idempotent(key = "'%,.0f %s'.formatted(#number, #kind)", scope = "'%,.0f %s'.formatted(#number, #kind)")
		public void byFormatted(Date date, Calendar calendar, LocalDate day, Instant instant, BigDecimal decimal,
				double number, String text, Kind kind) {
		}

		@Idempotent(key = "T(String).valueOf(#date)", scope = "T(String).valueOf(#date)")
		public void byValueOf(Date date, Calendar calendar, LocalDate day, Instant instant, BigDecimal decimal,
				double number, String text, Kind kind) {
		}

		@Idempotent(key = "#date.toString()", scope = "#calendar.toString()")
		public void byToString(Date date, Calendar calendar, LocalDate day, Instant instant, BigDecimal decimal,
				double number, String text, Kind kind) {
		}

		@Idempotent(key = "#decimal.toString()", scope = "#decimal.toString()")
		public void byNumberToString(Date date, Calendar calendar, LocalDate day, Instant instant, BigDecimal decimal,
				double number, String text, Kind kind) {
		}

		@Idempotent(key = "'x' + #kind", scope = "'x' + #kind.toString()")
		public void byConstant(Date date, Calendar calendar, LocalDate day, Instant instant, BigDecimal decimal,
				double number, String text, Kind kind) {
		}

		@Idempotent(key = "#root.target.join(#text, #date)", scope = "#root.target.join(#text, #date)")
		public void byArgumentOfAMethod(Date date, Calendar calendar, LocalDate day, Instant instant,
				BigDecimal decimal, double number, String text, Kind kind) {
		}

		@Idempotent(key = "T(String).join('-', #text, 'a')", scope = "T(String).join('-', {#text, 'a'})")
		public void byJoin(Date date, Calendar calendar, LocalDate day, Instant instant, BigDecimal decimal,
				double number, String text, Kind kind) {
		}

	}

	static class Refused {

		@Idempotent(key = "'x' + #value")
		public void concatenated(Object value) {
		}

		@Idempotent(key = "#value.toString()")
		public void text(Object value) {
		}

		@Idempotent(key = "T(String).join('-', #value)")
		public void joined(Object value) {
		}

		@Idempotent(key = "T(String).valueOf(#value)")
		public void valueOf(Object value) {
		}

		@Idempotent(key = "'%s'.formatted(#value)")
		public void formatted(Object value) {
		}

		@Idempotent(key = "#value.stream().findFirst()")
		public void firstOfStream(Object value) {
		}

		@Idempotent(key = "#value.toArray()")
		public void asArray(Object value) {
		}

		@Idempotent(key = "#value.hashCode()")
		public void hash(Object value) {
		}

		@Idempotent(key = "T(java.util.Objects).hash('x', #value)")
		public void hashOfSeveral(Object value) {
		}

		@Idempotent(key = "T(org.springframework.util.ObjectUtils).nullSafeHashCode(#value)")
		public void hashBySpring(Object value) {
		}

		@Idempotent(key = "T(java.util.Arrays).deepHashCode(#value)")
		public void deepHash(Object value) {
		}

		@Idempotent(key = "T(java.util.Objects).toString(#value)")
		public void textByObjects(Object value) {
		}

		@Idempotent(key = "T(java.util.Arrays).toString({#value}.toArray())")
		public void textByArrays(Object value) {
		}

		@Idempotent(key = "T(org.springframework.util.ObjectUtils).nullSafeToString(#value)")
		public void textBySpring(Object value) {
		}

		@Idempotent(key = "new java.lang.StringBuilder('x').append(#value).toString()")
		public void appended(Object value) {
		}

		@Idempotent(key = "T(java.util.Arrays).hashCode(#root.args)")
		public void hashOfArguments(Object value) {
		}

		@Idempotent(key = "#value.iterator().next()")
		public void iterated(Object value) {
		}

	}

}
