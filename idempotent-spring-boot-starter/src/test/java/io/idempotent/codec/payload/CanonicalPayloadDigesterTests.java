package io.idempotent.codec.payload;

import java.io.ByteArrayInputStream;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.nio.CharBuffer;
import java.sql.Time;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Calendar;
import java.util.Collection;
import java.util.Collections;
import java.util.Date;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TimeZone;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.annotation.JsonView;
import com.sun.management.ThreadMXBean;
import io.idempotent.engine.PayloadDigester.Part;
import io.idempotent.store.Fingerprint;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.core.ParameterizedTypeReference;
import org.springframework.core.io.InputStreamSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

@SuppressWarnings({ "unused", "UnusedVariable" })
class CanonicalPayloadDigesterTests {

	private final CanonicalPayloadDigester digester = new CanonicalPayloadDigester();

	@ParameterizedTest
	@MethodSource("same")
	void theSameRequestHasTheSameFingerprint(Object one, Object other) {
		assertThat(digest(one)).isEqualTo(digest(other));
	}

	static Stream<Arguments> same() throws Exception {
		return Stream.of(arguments(1, 1L), arguments(1, 1.0), arguments(1, new BigDecimal("1.00")),
				arguments(1, new BigDecimal("10e-1")), arguments(1, BigInteger.ONE), arguments(1, (byte) 1),
				arguments(1, 1.0f), arguments(1, new AtomicLong(1)), arguments(100, new BigDecimal("1e2")),
				arguments(0.1, new BigDecimal("0.10")), arguments(0.1f, 0.1), arguments(-0.0, 0),
				arguments(0, new BigDecimal("0e99")), arguments(1e30, BigInteger.TEN.pow(30)),
				arguments(new BigDecimal(BigInteger.TWO.pow(200)), new BigDecimal(BigInteger.TWO.pow(200)).setScale(5)),
				arguments(Long.MIN_VALUE, BigInteger.valueOf(Long.MIN_VALUE)), arguments(Float.NaN, Double.NaN),
				arguments(BigInteger.TEN.pow(999).multiply(BigInteger.valueOf(7)), new BigDecimal("7e999")),
				arguments(ordered("a", 1, "b", 2), ordered("b", 2L, "a", 1.0)),
				arguments(new TreeMap<>(Map.of("a", 1)), new HashMap<>(Map.of("a", 1))),
				arguments(Map.of(1, "x"), Map.of("1", "x")),
				arguments(new LinkedHashSet<>(List.of("a", "b")), new LinkedHashSet<>(List.of("b", "a"))),
				arguments(Set.of(Set.of(1), Set.of(2)), Set.of(Set.of(2.0), Set.of(1L))),
				arguments(new TreeSet<>(List.of(1, 2)), Set.of(2, 1)),
				arguments(List.of(1), new ArrayList<>(List.of(1))), arguments(List.of("a"), new String[] { "a" }),
				arguments(List.of(1, 2), new int[] { 1, 2 }), arguments(Map.of("k", Color.RED), Map.of("k", Color.RED)),
				arguments(null, Optional.empty()), arguments(5, Optional.of(5)),
				arguments(OptionalInt.of(5), OptionalLong.of(5)), arguments('a', "a"),
				arguments("a", CharBuffer.wrap("a")),
				arguments(json("{\"a\":[1,null,{\"b\":1.50}],\"c\":\"x\",\"d\":true}"),
						json("{\"d\":true,\"c\":\"x\",\"a\":[1.0,null,{\"b\":15e-1}]}")),
				arguments(json("{\"a\":null,\"b\":2}"), ordered("b", 2, "a", null)),
				arguments(Instant.EPOCH, OffsetDateTime.parse("1970-01-01T00:00:00Z").toInstant()),
				arguments(new Timestamp(5), Instant.ofEpochMilli(5)),
				arguments(new Renamed("1", "2"), new Renamed("1", "2")),
				arguments(new CanonicalPayloadDigesterTests().new Inner("x"),
						new CanonicalPayloadDigesterTests().new Inner("x")),
				arguments(new WithTransient("a", "b"), new WithTransient("a", "c")));
	}

	@ParameterizedTest
	@MethodSource("different")
	void anotherRequestHasAnotherFingerprint(Object one, Object other) {
		assertThat(digest(one)).isNotEqualTo(digest(other));
	}

	static Stream<Arguments> different() throws Exception {
		return Stream.of(arguments(1, 2), arguments(1, "1"), arguments(1, 10), arguments(1, -1), arguments(0, false),
				arguments(0, ""), arguments(0, null), arguments("", null), arguments(false, null),
				arguments("null", null), arguments("true", true), arguments(Double.NaN, "NaN"),
				arguments(Double.NaN, Double.POSITIVE_INFINITY),
				arguments(Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY),
				arguments(Double.POSITIVE_INFINITY, "Infinity"), arguments(0.1, 0.10000000000000002),
				arguments(new BigDecimal("1e999999999"), new BigDecimal("1e999999998")),
				arguments(new BigDecimal("1e" + Integer.MAX_VALUE), new BigDecimal("1e-" + Integer.MAX_VALUE)),
				arguments(BigInteger.TWO.pow(64), BigInteger.ZERO),
				arguments(BigInteger.TWO.pow(200), BigInteger.TWO.pow(200).negate()),
				arguments(BigInteger.TWO.pow(200), BigInteger.TWO.pow(200).add(BigInteger.ONE)), arguments("a", "A"),
				arguments("a", "a "), arguments("a\u0000", "a"), arguments("\u00e9", "e\u0301"),
				arguments("\ud83d", "\ude00"), arguments("\ud83d", "?"), arguments("\ud83d\ude00", "\ude00\ud83d"),
				arguments("\u00e9", "\u00c3\u00a9"), arguments(List.of(), null), arguments(List.of(), Map.of()),
				arguments(List.of(), Set.of()), arguments(List.of("a", "b"), List.of("b", "a")),
				arguments(List.of("a", "b"), List.of("ab")),
				arguments(List.of(List.of(1), List.of()), List.of(List.of(), List.of(1))),
				arguments(List.of(List.of(1, 2)), List.of(List.of(1), 2)),
				arguments(Arrays.asList(1, null), List.of(1)), arguments(Set.of(1), Set.of(1, 2)),
				arguments(Map.of("a", 1), Map.of("a", 2)), arguments(Map.of("a", "b"), Map.of("b", "a")),
				arguments(ordered("a", null), Map.of()), arguments(json("{\"a\":null}"), json("{}")),
				arguments(json("[1]"), json("[\"1\"]")), arguments(Color.RED, Color.GREEN),
				arguments(Color.RED, Signal.RED), arguments(new byte[] { 1 }, new byte[] { 2 }),
				arguments(LocalDate.EPOCH, LocalDate.EPOCH.plusDays(1)),
				arguments(Instant.EPOCH, Instant.EPOCH.plusNanos(1)), arguments(new Timestamp(5), nanos(5, 1)),
				arguments(ZonedDateTime.parse("2026-10-25T02:30+02:00[Europe/Berlin]"),
						ZonedDateTime.parse("2026-10-25T02:30+01:00[Europe/Berlin]")),
				arguments(UUID.randomUUID(), UUID.randomUUID()), arguments(URI.create("a"), URI.create("b")),
				arguments(Locale.GERMAN, Locale.GERMANY), arguments(String.class, Integer.class),
				arguments(new Hidden("1", "", "", "", ""), new Hidden("2", "", "", "", "")),
				arguments(new Hidden("", "1", "", "", ""), new Hidden("", "2", "", "", "")),
				arguments(new Hidden("", "", "1", "", ""), new Hidden("", "", "2", "", "")),
				arguments(new Hidden("", "", "", "1", ""), new Hidden("", "", "", "2", "")),
				arguments(new Hidden("", "", "", "", "1"), new Hidden("", "", "", "", "2")),
				arguments(new Renamed("1", "2"), new Renamed("2", "1")), arguments(new Shown("a"), new Shown("b")),
				arguments(new Sub("a", "b"), new Sub("b", "a")), arguments(new Sub(null, "a"), new Sub("a", null)),
				arguments(capturing("a"), capturing("b")));
	}

	@Test
	void elementsOfASetThatAreWrittenAlikeAllCount() {
		assertThat(digest(Set.of(1, 1L))).isEqualTo(digest(Set.of(1.0, new BigDecimal(1))))
			.isNotEqualTo(digest(Set.of(1)));
	}

	@Test
	void aPayloadIsTheSameInEachLocaleAndTimeZone() {
		Locale locale = Locale.getDefault();
		TimeZone zone = TimeZone.getDefault();
		Instant now = Instant.parse("2026-12-01T08:00:00.123Z");
		List<Fingerprint> fingerprints = new ArrayList<>();
		try {
			for (String tag : List.of("en-US", "ar-EG", "th-TH", "ja-JP-u-ca-japanese", "hi-IN-u-nu-deva", "tr-TR")) {
				Locale.setDefault(Locale.forLanguageTag(tag));
				TimeZone.setDefault(TimeZone.getTimeZone(tag.startsWith("th") ? "Asia/Kathmandu" : "America/New_York"));
				Calendar calendar = Calendar.getInstance();
				calendar.setTimeInMillis(now.toEpochMilli());
				fingerprints.add(digest(List.of(Date.from(now), Timestamp.from(now), calendar, Map.of(calendar, 1),
						Map.of(1234.5, "ISTANBUL"), 1_000_000, TimeUnit.DAYS, Locale.US)));
			}
		}
		finally {
			Locale.setDefault(locale);
			TimeZone.setDefault(zone);
		}
		assertThat(fingerprints).containsOnly(fingerprints.get(0));
	}

	@Test
	void datesOfADatabaseAreTheSameInEachTimeZone() {
		TimeZone zone = TimeZone.getDefault();
		Instant midnight = Instant.parse("2026-12-01T00:00:00Z");
		Instant noon = Instant.parse("2026-12-01T11:17:00.123Z");
		List<Fingerprint> days = new ArrayList<>();
		List<Fingerprint> others = new ArrayList<>();
		try {
			for (String id : List.of("UTC", "Asia/Kathmandu", "America/Los_Angeles", "Pacific/Kiritimati",
					"Pacific/Pago_Pago", "America/Sao_Paulo", "Europe/Berlin")) {
				TimeZone.setDefault(TimeZone.getTimeZone(id));
				// as a driver makes it, and as JSON is read
				days.add(digest(java.sql.Date.valueOf("2026-12-01")));
				days.add(digest(new java.sql.Date(midnight.toEpochMilli())));
				others.add(digest(List.of(new java.sql.Date(noon.toEpochMilli()), Timestamp.from(noon),
						Time.valueOf("12:30:00"), new Time(noon.toEpochMilli()),
						// without a midnight in Sao Paulo
						java.sql.Date.valueOf("2018-11-04"), java.sql.Date.valueOf("1999-12-31"))));
				assertThat(digest(java.sql.Date.valueOf("2026-12-02"))).isNotEqualTo(days.get(0));
				assertThat(digest(new java.sql.Date(Long.MAX_VALUE))).isNotEqualTo(digest(new java.sql.Date(1)));
				Time later = new Time(Time.valueOf("12:30:00").getTime() + 1);
				assertThat(digest(later)).isNotEqualTo(digest(Time.valueOf("12:30:00")));
			}
		}
		finally {
			TimeZone.setDefault(zone);
		}
		assertThat(days).containsOnly(days.get(0));
		assertThat(others).containsOnly(others.get(0));
	}

	@Test
	void aNullMemberOfAMapIsNotAMissingOne() {
		assertThat(digest(ordered("a", 1, "b", null))).isNotEqualTo(digest(ordered("a", 1)));
	}

	@Test
	void aMemberThatWasAddedAndIsNotSetChangesNothing() {
		assertThat(digest(new Old("x"), Old.class))
			.isEqualTo(digest(new New("x", null, Optional.empty(), OptionalInt.empty()), New.class))
			.isNotEqualTo(digest(new New("x", "", Optional.empty(), OptionalInt.empty()), New.class))
			.isNotEqualTo(digest(new New("x", null, Optional.of(""), OptionalInt.empty()), New.class))
			.isNotEqualTo(digest(new New("x", null, Optional.empty(), OptionalInt.of(0)), New.class));
	}

	@Test
	void theClassCountsWhereAnotherOneWasDeclared() {
		assertThat(digest(new Deposit(1), Transfer.class)).isNotEqualTo(digest(new Withdrawal(1), Transfer.class));
		assertThat(digest(new Deposit(1), Object.class)).isNotEqualTo(digest(new Withdrawal(1), Object.class));
		assertThat(digest(new Envelope<>(new Deposit(1)), new ParameterizedTypeReference<Envelope<Transfer>>() {
		})).isNotEqualTo(
				digest(new Envelope<>(new Withdrawal(1)), new ParameterizedTypeReference<Envelope<Transfer>>() {
				}));
		assertThat(digest(List.of(new Deposit(1)), List.class))
			.isNotEqualTo(digest(List.of(new Withdrawal(1)), List.class));
		assertThat(digest(new None(), Transfer.class)).isNotEqualTo(digest(new Other(), Transfer.class));
		assertThat(digest(new SpecialBase("a"), Base.class)).isNotEqualTo(digest(new Base("a"), Base.class));
		assertThat(digest(Optional.of(new Deposit(1)), new ParameterizedTypeReference<Optional<Transfer>>() {
		})).isNotEqualTo(digest(Optional.of(new Withdrawal(1)), new ParameterizedTypeReference<Optional<Transfer>>() {
		}));
		assertThat(digest(Set.of(new Deposit(1)), new ParameterizedTypeReference<Set<Transfer>>() {
		})).isNotEqualTo(digest(Set.of(new Withdrawal(1)), new ParameterizedTypeReference<Set<Transfer>>() {
		}));
	}

	@Test
	void theClassDoesNotCountWhereItIsTheDeclaredOne() {
		assertThat(digest(new Deposit(1), Deposit.class)).isEqualTo(digest(new Withdrawal(1), Withdrawal.class));
		assertThat(digest(List.of(new Deposit(1)), new ParameterizedTypeReference<List<Deposit>>() {
		})).isEqualTo(digest(List.of(new Withdrawal(1)), new ParameterizedTypeReference<Collection<Withdrawal>>() {
		}));
		assertThat(digest(new Envelope<>(new Deposit(1)), new ParameterizedTypeReference<Envelope<Deposit>>() {
		})).isEqualTo(digest(new Envelope<>(new Withdrawal(1)), new ParameterizedTypeReference<Envelope<Withdrawal>>() {
		}));
		assertThat(digest(new Deposit[] { new Deposit(1) }, Deposit[].class))
			.isEqualTo(digest(new Withdrawal[] { new Withdrawal(1) }, Withdrawal[].class));
	}

	@Test
	void partsAreFramed() {
		assertThat(digestParts("a", "b")).isNotEqualTo(digestParts("ab"))
			.isNotEqualTo(digestParts("b", "a"))
			.isNotEqualTo(digestParts("a"))
			.isNotEqualTo(digestParts("a", "b", null))
			.isNotEqualTo(digestParts(List.of("a", "b")));
		assertThat(digestParts("a:b", "c")).isNotEqualTo(digestParts("a", "b:c"));
		assertThat(digestParts(ordered("a", 1), "b", 2)).isNotEqualTo(digestParts(ordered("a", 1, "b", 2)));
		assertThat(this.digester.digest(List.of(new Part("old", Old.class, new Old("x")),
				new Part("", String.class, "text"), new Part("", String.class, "y"))))
			.isNotEqualTo(digest(new New("x", "y", Optional.empty(), OptionalInt.empty()), New.class));
	}

	@Test
	void namesOfPartsDoNotCount() {
		assertThat(this.digester.digest(List.of(new Part("one", String.class, "a"))))
			.isEqualTo(this.digester.digest(List.of(new Part("other", Object.class, "a"))));
	}

	@Test
	void noPartsHaveAFingerprintOfTheirOwn() {
		assertThat(this.digester.digest(List.of())).isSameAs(this.digester.digest(List.of()))
			.isNotEqualTo(digest(null))
			.isNotEqualTo(digest(List.of()));
		assertThat(new CanonicalPayloadDigester().digest(List.of())).isEqualTo(this.digester.digest(List.of()));
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 255, 256, 257, 511, 512, 513, 1_025 })
	void aTextCountsUnitByUnitWhereverItsPartsEnd(int length) {
		Set<Fingerprint> seen = new HashSet<>();
		for (String unit : List.of("a", "\u00e1", "\u0161", "\u6100", "\ud861", "?")) {
			assertThat(seen.add(digest(unit.repeat(length)))).as("%d x %s", length, unit).isTrue();
			assertThat(seen.add(digest(unit.repeat(length) + "b"))).as("%d x %s, then b", length, unit).isTrue();
			assertThat(seen.add(digest("b" + unit.repeat(length)))).as("b, then %d x %s", length, unit).isTrue();
		}
	}

	@Test
	void theFormIsTheSameInEveryVersion() {
		Object payload = ordered("order", new Hidden("1", null, "\u20ac", "", "x"), "lines",
				List.of(1, 2.50, true, Set.of("a", "b")), "at", Instant.EPOCH, "color", Color.RED);

		assertThat(digest(payload).toBytes()).asHexString()
			.isEqualTo("1BFFEF29571052A7A6B08CF63B9E3270511DCA2264E6C2FE75640E15C45D5CA2");
	}

	@ParameterizedTest
	@MethodSource("withoutForm")
	@Timeout(10)
	void aPartWithoutCanonicalFormIsAClearError(Object value) {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.digester.digest(List.of(new Part("argument 'command'", Object.class, value))))
			.withMessageStartingWith("argument 'command' ")
			.withMessageContaining("payload attribute")
			.withMessageContaining("Idempotent.UNCHECKED");
	}

	static Stream<Named<Object>> withoutForm() {
		List<Object> cycle = new ArrayList<>();
		cycle.add(cycle);
		cycle.add(cycle);
		Map<String, Object> mapCycle = new HashMap<>();
		mapCycle.put("self", mapCycle);
		Linked ring = new Linked(null);
		ring.next = ring;
		Linked chain = null;
		for (int i = 0; i < 100_000; i++) {
			chain = new Linked(chain);
		}
		List<Object> manyPaths = List.of();
		for (int i = 0; i < 60; i++) {
			manyPaths = List.of(manyPaths, manyPaths);
		}
		List<Object> deep = List.of();
		for (int i = 0; i < 10_000; i++) {
			deep = List.of(deep);
		}
		Supplier<String> lambda = () -> "x";
		Map<Object, Object> alike = new HashMap<>(Map.of(1, "a", "1", "b"));
		// named, because the text of some of them never ends
		return Stream
			.<Object>of(cycle, mapCycle, ring, chain, manyPaths, deep, new Endless(), lambda,
					(Function<String, String>) String::trim, Stream.of(1), List.of(1).iterator(),
					new ByteArrayInputStream(new byte[1]), new CompletableFuture<>(), Thread.currentThread(),
					new Object(), new IllegalStateException("x"), new OnlyTransient(), alike,
					Collections.singletonMap(null, 1), Map.of(new Old("x"), 1), Map.of(List.of(1), 1),
					new ThrowingList(), Map.entry("a", 1), new Hidden("", "", "", "", new Object()),
					java.lang.reflect.Proxy.newProxyInstance(CanonicalPayloadDigesterTests.class.getClassLoader(),
							new Class<?>[] { Transfer.class }, (proxy, method, args) -> null),
					BigInteger.TWO.pow(1_000_000), BigInteger.TWO.pow(8_192),
					new BigDecimal(BigInteger.TEN.pow(100_000), 5), Optional.of(new Object()))
			.map((value) -> Named.of(value.getClass().getSimpleName(), value));
	}

	@ParameterizedTest
	@MethodSource("extremeNumbers")
	void extremeNumbersCostNothing(Number number) {
		ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
		long time = thread.getCurrentThreadCpuTime();
		long bytes = thread.getCurrentThreadAllocatedBytes();

		digest(number);

		assertThat(thread.getCurrentThreadCpuTime() - time).isLessThan(50_000_000);
		assertThat(thread.getCurrentThreadAllocatedBytes() - bytes).isLessThan(10_000_000);
	}

	static Stream<Number> extremeNumbers() {
		return Stream.of(new BigDecimal("1e999999999"), new BigDecimal("1e200000000"), new BigDecimal("-7e-999999999"),
				new BigDecimal(BigInteger.ONE, Integer.MIN_VALUE), BigInteger.TEN.pow(2400),
				BigInteger.TEN.pow(2400).subtract(BigInteger.ONE), BigInteger.TWO.pow(8_191), Double.MIN_VALUE,
				Double.MAX_VALUE);
	}

	@ParameterizedTest
	@MethodSource("refusedTypes")
	void aDeclaredTypeWithoutCanonicalFormIsRefusedAtStart(Type type) {
		assertThatIllegalArgumentException().isThrownBy(() -> this.digester.validate("argument 'file'", type))
			.withMessageStartingWith("argument 'file' ")
			.withMessageContaining("payload attribute");
	}

	static Stream<Type> refusedTypes() {
		return Stream.of(java.io.InputStream.class, java.io.Reader.class, Stream.class, Iterator.class, Iterable.class,
				Supplier.class, Runnable.class, InputStreamSource.class, CompletableFuture.class,
				InputStreamSource[].class, new ParameterizedTypeReference<List<Stream<String>>>() {
				}.getType(), new ParameterizedTypeReference<Map<String, ? extends Supplier<String>>>() {
				}.getType());
	}

	@ParameterizedTest
	@MethodSource("acceptedTypes")
	void anyOtherDeclaredTypeIsLeftToItsValues(Type type) {
		assertThatNoException().isThrownBy(() -> this.digester.validate("argument", type));
	}

	static Stream<Type> acceptedTypes() {
		return Stream.of(Object.class, int.class, String.class, Transfer.class, List.class, JsonNode.class,
				byte[].class, new ParameterizedTypeReference<Map<String, ?>>() {
				}.getType());
	}

	private Fingerprint digest(Object value) {
		return digest(value, Object.class);
	}

	private Fingerprint digest(Object value, ParameterizedTypeReference<?> type) {
		return digest(value, type.getType());
	}

	private Fingerprint digest(Object value, Type type) {
		return this.digester.digest(List.of(new Part("value", type, value)));
	}

	private Fingerprint digestParts(Object... values) {
		return this.digester
			.digest(Arrays.stream(values).map((value) -> new Part("value", Object.class, value)).toList());
	}

	private static Map<String, Object> ordered(Object... entries) {
		Map<String, Object> map = new LinkedHashMap<>();
		for (int i = 0; i < entries.length; i += 2) {
			map.put((String) entries[i], entries[i + 1]);
		}
		return map;
	}

	private static JsonNode json(String json) {
		return JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build().readTree(json);
	}

	private static Timestamp nanos(long millis, int nanos) {
		Timestamp timestamp = new Timestamp(millis);
		timestamp.setNanos(timestamp.getNanos() + nanos);
		return timestamp;
	}

	private static Object capturing(String text) {
		return new Object() {

			@Override
			public String toString() {
				return text;
			}

		};
	}

	enum Color {

		RED, GREEN

	}

	enum Signal {

		RED

	}

	interface Transfer {

	}

	record Deposit(int amount) implements Transfer {

	}

	record Withdrawal(int amount) implements Transfer {

	}

	record None() implements Transfer {

	}

	static class Other implements Transfer {

	}

	record Envelope<T>(T content) {

	}

	record Old(String name) {

	}

	record New(String name, String text, Optional<String> optional, OptionalInt number) {

	}

	record Shown(@JsonInclude(JsonInclude.Include.NON_EMPTY) String text) {

		@JsonValue
		String value() {
			return "same";
		}

		@Override
		public String toString() {
			return "same";
		}

	}

	@JsonIgnoreProperties("byClass")
	record Hidden(@JsonIgnore Object ignored, Object byClass,
			@JsonProperty(access = JsonProperty.Access.WRITE_ONLY) Object writeOnly, @JsonView(Color.class) Object view,
			@JsonInclude(value = JsonInclude.Include.CUSTOM, valueFilter = Object.class) Object custom) {

	}

	static class Renamed {

		@JsonProperty("x")
		private final String one;

		@JsonProperty("x")
		private final String two;

		Renamed(String one, String two) {
			this.one = one;
			this.two = two;
		}

	}

	static class Base {

		private final String name;

		Base(String name) {
			this.name = name;
		}

	}

	static class SpecialBase extends Base {

		SpecialBase(String name) {
			super(name);
		}

	}

	static class Sub extends Base {

		@SuppressWarnings("HidingField")
		private final String name;

		Sub(String name, String inherited) {
			super(inherited);
			this.name = name;
		}

	}

	class Inner {

		private final String text;

		Inner(String text) {
			this.text = text;
		}

		Object outer() {
			return CanonicalPayloadDigesterTests.this;
		}

	}

	static class WithTransient {

		private final String text;

		private final transient String cached;

		WithTransient(String text, String cached) {
			this.text = text;
			this.cached = cached;
		}

	}

	static class OnlyTransient {

		private final transient String cached = String.valueOf(1);

	}

	static class Linked {

		Linked next;

		Linked(Linked next) {
			this.next = next;
		}

	}

	static class Endless extends java.util.AbstractCollection<Integer> {

		@Override
		public Iterator<Integer> iterator() {
			return Stream.iterate(1, (i) -> i).iterator();
		}

		@Override
		public int size() {
			return 1;
		}

	}

	static class ThrowingList extends java.util.AbstractList<Integer> {

		@Override
		public Integer get(int index) {
			throw new IllegalStateException("session is closed");
		}

		@Override
		public int size() {
			return 1;
		}

	}

}
