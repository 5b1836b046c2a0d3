package io.idempotent.engine.operation;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.URI;
import java.nio.CharBuffer;
import java.sql.Time;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Year;
import java.time.ZoneId;
import java.time.chrono.JapaneseDate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Calendar;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Currency;
import java.util.Date;
import java.util.EnumSet;
import java.util.GregorianCalendar;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.TimeZone;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.core.ParameterizedTypeReference;
import org.springframework.core.ResolvableType;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * The text of a key: one for equal values, in every JVM, and another for any other value.
 */
class KeyFormatterTests {

	private static final Locale LOCALE = Locale.getDefault();

	private static final TimeZone ZONE = TimeZone.getDefault();

	@AfterEach
	void restore() {
		Locale.setDefault(LOCALE);
		TimeZone.setDefault(ZONE);
	}

	@Test
	void plainKeysAndPlainCompositesAreWrittenAsTheyAlwaysWere() {
		assertThat(KeyFormatter.of("1:a")).isEqualTo("1:a");
		assertThat(KeyFormatter.of(42)).isEqualTo("42");
		assertThat(KeyFormatter.of(List.of("a", "b:c"))).isEqualTo("1:a3:b:c");
		assertThat(KeyFormatter.of(new Object[] { "a", 7L, Weekday.MON })).isEqualTo("1:a1:73:MON");
		assertThat(KeyFormatter.of(new int[] { 1, 22 })).isEqualTo("1:12:22");
		assertThat(KeyFormatter.of(new byte[] { 1, -1 })).isEqualTo("1:12:-1");
		assertThat(KeyFormatter.of("ab".toCharArray())).isEqualTo("1:a1:b");
		assertThat(KeyFormatter.of(new ArrayDeque<>(List.of("b", "a")))).isEqualTo("1:b1:a");
		assertThat(KeyFormatter.of(Optional.of("a"))).isEqualTo("a");
	}

	@Test
	void aSetHasOneTextHoweverItIterates() {
		List<String> ids = List.of("o-1", "o-2", "o-3", "o-4");
		String text = KeyFormatter.of(Set.copyOf(ids));
		assertThat(text).isNotNull();
		Set<String> descending = new TreeSet<>(Comparator.reverseOrder());
		descending.addAll(ids);
		Map<String, Integer> map = new ConcurrentHashMap<>();
		ids.forEach((id) -> map.put(id, 1));
		List<String> reversed = new ArrayList<>(ids);
		Collections.reverse(reversed);
		assertThat(Stream.of(new LinkedHashSet<>(ids), new LinkedHashSet<>(reversed), descending, new HashSet<>(ids),
				map.keySet(), Collections.unmodifiableSet(new LinkedHashSet<>(reversed)),
				new CopyOnWriteArraySet<>(reversed), new LinkedHashMap<>(map).keySet()))
			.allSatisfy((set) -> assertThat(KeyFormatter.of(set)).isEqualTo(text));
		assertThat(KeyFormatter.of(EnumSet.of(Weekday.TUE, Weekday.MON)))
			.isEqualTo(KeyFormatter.of(new LinkedHashSet<>(List.of(Weekday.TUE, Weekday.MON))));
	}

	@Test
	void aSetInsideOfAnythingHasOneTextHoweverItIterates() {
		Set<Object> one = new LinkedHashSet<>(List.of("x", "y", List.of("z", "w")));
		Set<Object> other = new LinkedHashSet<>(List.of(List.of("z", "w"), "y", "x"));
		assertThat(KeyFormatter.of(List.of("a", one))).isEqualTo(KeyFormatter.of(List.of("a", other)));
		assertThat(KeyFormatter.of(new Object[] { one, "a" })).isEqualTo(KeyFormatter.of(new Object[] { other, "a" }));
		assertThat(KeyFormatter.of(Optional.of(one))).isEqualTo(KeyFormatter.of(Optional.of(other)));
		assertThat(KeyFormatter.of(new LinkedHashSet<>(List.of(one, Set.of("p")))))
			.isEqualTo(KeyFormatter.of(new LinkedHashSet<>(List.of(Set.of("p"), other))));
		assertThat(KeyFormatter.of(new LinkedHashSet<>(Arrays.asList(1, "1", 2L))))
			.isEqualTo(KeyFormatter.of(new LinkedHashSet<>(Arrays.asList(2L, "1", 1))));
	}

	@Test
	void structuresThatDifferHaveDifferentTexts() {
		assertThat(Stream
			.of(List.of("a", List.of("b")), List.of("a", "1:b"), List.of("a", "b"), List.of(List.of("a", "b")),
					List.of(List.of("a"), "b"), List.of("a", Set.of("b")), Set.of("a", "b"), List.of(Set.of("a", "b")),
					Set.of(List.of("a", "b")), List.of("a", List.of(List.of("b"))), List.of("a3:b"), List.of("1:a1:b"),
					List.of("a", "<1:b"), List.of("a", "[1:b"))
			.map(KeyFormatter::of)).doesNotHaveDuplicates();
	}

	@Property(tries = 3000)
	void listsAndSetsHaveOneTextIfTheyAreEqualAndOnlyThen(@ForAll("trees") Object one, @ForAll("trees") Object other,
			@ForAll Random random) {
		assertThat(KeyFormatter.of(shuffled(one, random))).isEqualTo(KeyFormatter.of(one));
		assertThat(Objects.equals(KeyFormatter.of(one), KeyFormatter.of(other))).isEqualTo(one.equals(other));
	}

	@Provide
	Arbitrary<Object> trees() {
		Arbitrary<Object> leaves = Arbitraries.of("a", "b", "1:a", "<1:a", "[1:a", "3[1:a", "3<1:a", "1:a1:b");
		Arbitrary<Object> parts = Arbitraries.oneOf(leaves, containersOf(leaves));
		return containersOf(Arbitraries.oneOf(leaves, containersOf(parts)));
	}

	private static Arbitrary<Object> containersOf(Arbitrary<Object> parts) {
		Arbitrary<List<Object>> lists = parts.list().ofMinSize(1).ofMaxSize(2);
		return Arbitraries.oneOf(lists.map((list) -> list), lists.map(LinkedHashSet::new));
	}

	private static Object shuffled(Object tree, Random random) {
		if (!(tree instanceof Collection<?> parts)) {
			return tree;
		}
		List<Object> shuffled = new ArrayList<>();
		parts.forEach((part) -> shuffled.add(shuffled(part, random)));
		if (tree instanceof List<?>) {
			return shuffled;
		}
		Collections.shuffle(shuffled, random);
		return new LinkedHashSet<>(shuffled);
	}

	static Stream<Object> valuesWithoutAText() {
		Map<String, String> map = new HashMap<>(Map.of("a", "b"));
		Supplier<String> lambda = () -> "a";
		return Stream.of(map, map.values(), new PriorityQueue<>(List.of("a")),
				Collections.synchronizedCollection(map.values()), List.of("a", map.values()),
				(Iterable<String>) () -> List.of("a").iterator(), Stream.of("a"), List.of("a").iterator(), lambda,
				new Object(), new Entity(), new OrderId("a"), java.sql.Date.valueOf("2026-01-01"),
				Time.valueOf("10:00:00"), JapaneseDate.of(2026, 1, 1), BigInteger.ONE.shiftLeft(100_000),
				Collections.nCopies(1_000_000, "a"), selfContaining());
	}

	private static List<Object> selfContaining() {
		List<Object> list = new ArrayList<>();
		list.add(new Object[] { list });
		return list;
	}

	@ParameterizedTest
	@MethodSource("valuesWithoutAText")
	void whatHasNoTextOfItsOwnIsRefusedWithARemedy(Object value) {
		assertThatIllegalArgumentException().isThrownBy(() -> KeyFormatter.of(value)).withMessageMatching(".*: .+");
	}

	@Test
	void aPartThatThrowsIsARefusal() {
		List<String> lazy = new ArrayList<>() {

			@Override
			public Iterator<String> iterator() {
				throw new UnsupportedOperationException();
			}

		};
		lazy.add("a");
		assertThatIllegalArgumentException().isThrownBy(() -> KeyFormatter.of(lazy))
			.withCauseInstanceOf(UnsupportedOperationException.class);
	}

	@Test
	void simpleValuesHaveADefinedText() throws Exception {
		assertThat(KeyFormatter.of(UUID.fromString("00000000-0000-0001-0000-000000000002")))
			.isEqualTo("00000000-0000-0001-0000-000000000002");
		assertThat(KeyFormatter.of(Year.of(2026))).isEqualTo("2026");
		assertThat(KeyFormatter.of(Duration.ofMinutes(90))).isEqualTo("PT1H30M");
		assertThat(KeyFormatter.of(LocalDate.of(2026, 12, 1))).isEqualTo("2026-12-01");
		assertThat(KeyFormatter.of(ZoneId.of("Asia/Tokyo"))).isEqualTo("Asia/Tokyo");
		assertThat(KeyFormatter.of(TimeZone.getTimeZone("Asia/Tokyo"))).isEqualTo("Asia/Tokyo");
		assertThat(KeyFormatter.of(URI.create("a:b"))).isEqualTo("a:b");
		assertThat(KeyFormatter.of(Currency.getInstance("EUR"))).isEqualTo("EUR");
		assertThat(KeyFormatter.of(Locale.forLanguageTag("th-TH"))).isEqualTo("th_TH");
		assertThat(KeyFormatter.of(Weekday.MON)).isEqualTo("MON");
		assertThat(KeyFormatter.of('c')).isEqualTo("c");
		assertThat(KeyFormatter.of(CharBuffer.wrap("abc"))).isEqualTo("abc");
		assertThat(KeyFormatter.of(InetAddress.getByAddress("host", new byte[] { 10, 0, 0, 1 }))).isEqualTo("10.0.0.1");
		assertThat(KeyFormatter.of(String.class)).isEqualTo("java.lang.String");
	}

	@Test
	void numbersAreWrittenByValue() {
		assertThat(Stream.of(1000, 1000L, (short) 1000, new BigDecimal("1E+3"), new BigDecimal("1000.00"), 1000d, 1000f,
				BigInteger.valueOf(1000), new AtomicInteger(1000)))
			.allSatisfy((number) -> assertThat(KeyFormatter.of(number)).isEqualTo("1000"));
		assertThat(KeyFormatter.of(0.1)).isEqualTo("0.1");
		assertThat(KeyFormatter.of(0.1f)).isEqualTo("0.1");
		assertThat(KeyFormatter.of(new BigDecimal("10.50"))).isEqualTo("10.5");
		assertThat(KeyFormatter.of(BigDecimal.ZERO.setScale(5))).isEqualTo("0");
		assertThat(KeyFormatter.of(-0.0)).isEqualTo("0");
		assertThat(KeyFormatter.of(new BigDecimal("1e-7"))).isEqualTo("0.0000001");
		// what Java 17 and 21 write differently
		assertThat(KeyFormatter.of(Double.valueOf("2e23"))).isEqualTo("200000000000000000000000");
		assertThat(KeyFormatter.of(new BigDecimal("1e999999999"))).isEqualTo("1E+999999999");
		assertThat(KeyFormatter.of(Double.NaN)).isEqualTo("NaN");
	}

	@Test
	void noTextDependsOnTheLocaleOrTheTimeZoneOfTheJvm() {
		Instant instant = Instant.parse("2026-12-01T08:00:00.123456Z");
		List<String> texts = new ArrayList<>();
		for (String locale : List.of("en-US", "ar-EG", "fa-IR", "th-TH-u-nu-thai", "hi-IN-u-nu-deva",
				"ja-JP-u-ca-japanese", "tr-TR")) {
			for (String zone : List.of("UTC", "Asia/Kathmandu", "America/Los_Angeles")) {
				Locale.setDefault(Locale.forLanguageTag(locale));
				TimeZone.setDefault(TimeZone.getTimeZone(zone));
				Calendar calendar = new GregorianCalendar();
				calendar.setTimeInMillis(instant.toEpochMilli());
				Calendar japanese = Calendar.getInstance();
				japanese.setTimeInMillis(instant.toEpochMilli());
				texts.add(KeyFormatter.of(List.of(Date.from(instant), Timestamp.from(instant), calendar, japanese,
						instant, 1234567.5, -3, Weekday.MON, LocalDate.of(2026, 1, 1), Locale.US, TimeUnit.DAYS)));
			}
		}
		assertThat(texts).containsOnly(texts.get(0));
	}

	static Stream<ParameterizedTypeReference<?>> typesWithoutAText() {
		return Stream.of(new ParameterizedTypeReference<Map<String, String>>() {
		}, new ParameterizedTypeReference<List<OrderId>>() {
		}, new ParameterizedTypeReference<Set<List<Map<String, String>>>>() {
		}, new ParameterizedTypeReference<Optional<Entity>>() {
		}, new ParameterizedTypeReference<Entity[]>() {
		}, new ParameterizedTypeReference<PriorityQueue<String>>() {
		}, new ParameterizedTypeReference<Stream<String>>() {
		}, new ParameterizedTypeReference<java.sql.Date>() {
		}, new ParameterizedTypeReference<HashMap<String, String>>() {
		}, new ParameterizedTypeReference<OrderId>() {
		});
	}

	@ParameterizedTest
	@MethodSource("typesWithoutAText")
	void aTypeOfWhichNoValueHasATextIsRefused(ParameterizedTypeReference<?> type) {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> KeyFormatter.validate(ResolvableType.forType(type.getType())))
			.withMessageContaining(" is no key: ");
	}

	static Stream<ParameterizedTypeReference<?>> typesWithText() {
		return Stream.of(new ParameterizedTypeReference<Object>() {
		}, new ParameterizedTypeReference<Comparable<String>>() {
		}, new ParameterizedTypeReference<Iterable<String>>() {
		}, new ParameterizedTypeReference<Collection<? extends Number>>() {
		}, new ParameterizedTypeReference<List<Set<UUID>>>() {
		}, new ParameterizedTypeReference<Optional<Weekday>>() {
		}, new ParameterizedTypeReference<int[]>() {
		}, new ParameterizedTypeReference<List<?>[]>() {
		}, new ParameterizedTypeReference<Date>() {
		}, new ParameterizedTypeReference<GregorianCalendar>() {
		}, new ParameterizedTypeReference<StringBuilder>() {
		}, new ParameterizedTypeReference<EnumSet<Weekday>>() {
		}, new ParameterizedTypeReference<AtomicInteger>() {
		}, new ParameterizedTypeReference<Year>() {
		}, new ParameterizedTypeReference<Class<?>>() {
		});
	}

	@ParameterizedTest
	@MethodSource("typesWithText")
	void aTypeOfWhichAValueMayHaveATextIsAccepted(ParameterizedTypeReference<?> type) {
		KeyFormatter.validate(ResolvableType.forType(type.getType()));
	}

	enum Weekday {

		MON, TUE {

			@Override
			public String toString() {
				return Locale.getDefault().getDisplayName();
			}

		};

		@Override
		public String toString() {
			return "Monday";
		}

	}

	record OrderId(String value) {

	}

	static class Entity {

		@Override
		public String toString() {
			return "always the same";
		}

	}

}
