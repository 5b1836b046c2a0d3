package io.idempotent.codec.result;

import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.Date;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.idempotent.ResultCodec;
import io.idempotent.engine.outcome.ReadBackException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * What does not come back is noticed when it is recorded, at a bounded cost.
 */
@ExtendWith(OutputCaptureExtension.class)
@SuppressWarnings({ "JavaUtilDate", "UnnecessaryStringBuilder", "NullOptional" }) // results
																					// of
																					// others
class ReadBackResultCodecTests {

	private final AtomicInteger decoded = new AtomicInteger();

	private UnaryOperator<Object> change = UnaryOperator.identity();

	private final ResultCodec codec = new ReadBackResultCodec(new Memory());

	@ParameterizedTest
	@MethodSource("differences")
	void aDifferenceIsToldWithItsClassAndMember(Object result, Object copy, String difference) {
		this.change = (same) -> copy;

		for (int i = 0; i < 2; i++) {
			assertThatExceptionOfType(ReadBackException.class).isThrownBy(() -> encode(result))
				.withMessage(difference.replace("#", getClass().getName() + "$"));
		}
	}

	private static final String SORTED = "java.util.TreeMap is sorted by a comparator of its own, and came back in another order";

	private static SortedMap<String, Integer> sorted(Comparator<? super String> comparator) {
		SortedMap<String, Integer> map = new TreeMap<>(comparator);
		map.put("a", 1);
		return map;
	}

	@Test
	void aComparatorIsPartOfTheShape() {
		this.change = (same) -> new TreeMap<>((SortedMap<?, ?>) same);
		encode(sorted(null));
		this.change = (same) -> sorted(null);
		for (int i = 0; i < 2; i++) {
			assertThatExceptionOfType(ReadBackException.class)
				.isThrownBy(() -> encode(sorted(Comparator.reverseOrder())));
		}
	}

	static Stream<Arguments> differences() {
		Order order = new Order("o", List.of(new Line(1, null)), Map.of("k", new Line(2, null)));
		return Stream.of(arguments("a", "b", "java.lang.String does not come back as it was"),
				arguments(1, null, "java.lang.Integer came back as null"),
				arguments(null, "a", "The result is null, and came back as java.lang.String"),
				arguments(Optional.of("a"), Optional.empty(), "java.util.Optional came back as null"),
				arguments(Optional.empty(), null, "java.util.Optional came back as null"),
				arguments(1, 1L,
						"java.lang.Integer is of class java.lang.Integer, and came back as one of java.lang.Long"),
				arguments(order, new Order("p", order.lines, order.byKey), "#Order.id does not come back as it was"),
				arguments(order, new Order("o", List.of(new Line(2, null)), order.byKey),
						"#Line.count (lines[].count of #Order) does not come back as it was"),
				arguments(order, new Order("o", List.of(), order.byKey),
						"#Order.lines came back with another number of elements"),
				arguments(order, new Order("o", order.lines, Map.of("k", new Line(2, LocalDate.EPOCH))),
						"#Line.day (byKey{}.day of #Order) is null, and came back as java.time.LocalDate"),
				arguments(order, new Order("o", order.lines, Map.of("l", new Line(2, null))),
						"#Order.byKey came back with another key"),
				arguments(order, new Order("o", order.lines, null), "#Order.byKey came back as null"),
				arguments(new Sub(), new Base(), "#Sub is of class #Sub, and came back as one of #Base"),
				arguments(List.of(new Sub()), List.of(new Base()),
						"[] of java.util.ImmutableCollections$List12 is of class #Sub, and came back as one of #Base"),
				arguments(new int[] { 1 }, new int[] { 2 }, "[] of [I does not come back as it was"),
				arguments(new int[] { 1 }, new long[] { 1 }, "[I is of class [I, and came back as one of [J"),
				arguments(Set.of("a"), Set.of("b"),
						"[] of java.util.ImmutableCollections$Set12 does not come back as it was"),
				arguments(sorted(Comparator.reverseOrder()), new TreeMap<>(Map.of("a", 1, "b", 2)), SORTED),
				arguments(sorted(String.CASE_INSENSITIVE_ORDER), sorted(Comparator.naturalOrder()), SORTED),
				arguments(new Object[] { sorted(Comparator.comparing(String::length)) },
						new Object[] { new ConcurrentSkipListMap<>(Map.of("a", 1)) },
						SORTED.replace("java.util.TreeMap", "[] of [Ljava.lang.Object;")),
				arguments(new PriorityQueue<>(Comparator.reverseOrder()), new PriorityQueue<>(),
						SORTED.replace("TreeMap", "PriorityQueue")),
				arguments(new TreeSet<>(String.CASE_INSENSITIVE_ORDER), new TreeSet<>(),
						SORTED.replace("TreeMap", "TreeSet")),
				arguments(Level.LOW, Level.HIGH, "#Level does not come back as it was"),
				arguments(new byte[] { 1 }, new byte[] { 2 }, "[B does not come back as it was"),
				arguments(new Date(1), new Date(2), "java.util.Date does not come back as it was"),
				arguments(List.of("a", "b"), List.of("b", "a"),
						"[] of java.util.ImmutableCollections$ListN does not come back as it was".replace("ListN",
								"List12")),
				arguments(Map.of(1, "a"), Map.of(1L, "a"),
						"java.util.ImmutableCollections$Map1 came back with other classes of keys"));
	}

	@ParameterizedTest
	@MethodSource("equals")
	void whatIsTheSameStateIsTheSame(Object result, Object copy, CapturedOutput output) {
		this.change = (same) -> copy;

		encode(result);

		assertThat(this.decoded).hasValue(1);
		assertThat(output).doesNotContain("cannot be compared");
	}

	static Stream<Arguments> equals() {
		Node node = new Node("a");
		node.next = node;
		Node twin = new Node("a");
		twin.next = twin;
		return Stream.of(arguments(new BigDecimal("1.0"), new BigDecimal("1.00")), arguments(-0.0, 0.0),
				arguments(Double.NaN, Double.NaN), arguments(List.of("a"), new ArrayList<>(List.of("a"))),
				arguments(new LinkedHashSet<>(List.of("a", "b")), new LinkedHashSet<>(List.of("b", "a"))),
				arguments(new HashSet<>(List.of("a", "b")), List.of("b", "a")),
				arguments(new LinkedHashSet<>(List.of(new Line(1, null), new Line(2, null))),
						new LinkedHashSet<>(List.of(new Line(2, null), new Line(1, null)))),
				arguments(Map.of("a", 1, "b", 2), new TreeMap<>(Map.of("a", 1, "b", 2))),
				arguments(Collections.singletonMap(null, 1), Collections.singletonMap(null, 1)),
				arguments(sorted(Comparator.naturalOrder()), sorted(null)),
				arguments(sorted(Comparator.reverseOrder()), sorted(Comparator.reverseOrder())),
				arguments(sorted(Comparator.reverseOrder()), new LinkedHashMap<>(Map.of("a", 1))),
				arguments(new StringBuilder("a"), "a"), arguments(new java.sql.Timestamp(1), new Date(1)),
				arguments(Map.entry("a", 1), new java.util.AbstractMap.SimpleEntry<>("a", 1)), arguments(node, twin),
				arguments(new Hidden("a", "b"), new Hidden("a", "c")),
				arguments(new Object[] { null }, new Object[] { null }),
				arguments(new Maybe(null), new Maybe(Optional.empty())),
				arguments(Map.of(new Line(1, null), "a"), Map.of(new Line(1, null), "a")),
				arguments(new java.util.BitSet(), new java.util.BitSet()), arguments(null, null));
	}

	@Test
	void aShapeIsReadBackOnceAndThenSampled() {
		for (int i = 1; i < ReadBackResultCodec.SAMPLED_RESULTS; i++) {
			encode(new Order("o" + i, Collections.nCopies(i % 7 + 1, new Line(i, null)),
					Map.of("k" + i, new Line(i, null))));
		}
		assertThat(this.decoded).hasValue(1);

		encode(new Order("o", List.of(new Line(1, null)), Map.of("k", new Line(1, null))));
		assertThat(this.decoded).hasValue(2);
	}

	@Test
	void everyOtherShapeIsReadBack() {
		List<Object> shapes = Arrays.asList(null, new Order("o", List.of(), Map.of()),
				new Order(null, List.of(), Map.of()), new Order("o", null, Map.of()),
				new Order("o", List.of(new Line(1, null)), Map.of()),
				new Order("o", List.of(new Line(1, LocalDate.EPOCH)), Map.of()),
				new Order("o", List.of(new Line(1, LocalDate.EPOCH), new Line(1, null)), Map.of()),
				new Order("o", List.of(), Map.of("k", new Line(1, null))), Level.LOW, Level.HIGH, new Base(), new Sub(),
				List.of(new Base()), List.of(new Sub()), Optional.empty(), Optional.of("a"), Optional.of(1),
				new Order("o", new ArrayList<>(), Map.of()), new Object[0], new Object[] { "a" });

		for (int i = 0; i < 3; i++) {
			shapes.forEach(this::encode);
		}

		assertThat(this.decoded).hasValue(shapes.size());
	}

	@Test
	void theShapesOfATypeThatAreRememberedAreBounded() {
		IntStream.range(0, 3 * ReadBackResultCodec.MAX_SHAPES)
			.mapToObj(ReadBackResultCodecTests::nested)
			.forEach(this::encode);

		assertThat(this.decoded.get()).isBetween(ReadBackResultCodec.MAX_SHAPES, ReadBackResultCodec.MAX_SHAPES + 5);
	}

	private static Object nested(int shape) {
		Object nested = "a";
		for (int bit = 0; bit < 13; bit++) {
			nested = new Either(((shape >> bit) & 1) == 0 ? nested : null, ((shape >> bit) & 1) == 0 ? null : nested);
		}
		return nested;
	}

	@Test
	void aShapeThatDidNotComeBackIsReadBackEachTimeAlsoIfItDidBefore() {
		encode("good");
		this.change = (same) -> "****";
		for (int i = 2; i < ReadBackResultCodec.SAMPLED_RESULTS; i++) {
			encode("not looked at");
		}
		assertThatExceptionOfType(ReadBackException.class).isThrownBy(() -> encode("looked at"));
		assertThatExceptionOfType(ReadBackException.class).isThrownBy(() -> encode("looked at"));

		this.change = UnaryOperator.identity();
		encode("good");
		this.decoded.set(0);
		encode("good");
		assertThat(this.decoded).hasValue(0);
	}

	@Test
	void whatCannotBeReadIsTold() {
		this.change = (same) -> {
			throw new IllegalStateException("no");
		};

		assertThatExceptionOfType(ReadBackException.class).isThrownBy(() -> encode(new Line(1, null)))
			.withMessage("what was written of " + Line.class.getName() + " cannot be read")
			.withRootCauseInstanceOf(IllegalStateException.class);
	}

	@Test
	void whatCannotBeComparedIsSaidOnceAndRecorded(CapturedOutput output) {
		assertThat(encode(new Broken())).isEmpty();
		assertThat(encode(new Broken())).isEmpty();

		assertThat(output).containsOnlyOnce("cannot be compared with what their stored form gives back");
	}

	@Test
	void theMemberThatJacksonCannotReadIsNamed() {
		ResultCodec json = new ReadBackResultCodec(new JsonResultCodec());

		assertThatExceptionOfType(ReadBackException.class)
			.isThrownBy(() -> json.encode(new Holding(List.of(new Sub())), Holding.class))
			.withMessageContaining("\"list\"]")
			.withMessageContaining(Holding.class.getSimpleName());
	}

	private byte[] encode(Object result) {
		return this.codec.encode(result, Object.class);
	}

	/** Gives back what it got, or something else. */
	private final class Memory implements ResultCodec {

		private Object last;

		@Override
		public String format() {
			return "memory";
		}

		@Override
		public void validate(Type type) {
		}

		@Override
		public byte[] encode(Object result, Type type) {
			this.last = result;
			return new byte[0];
		}

		@Override
		public Object decode(byte[] bytes, Type type) {
			ReadBackResultCodecTests.this.decoded.incrementAndGet();
			return ReadBackResultCodecTests.this.change.apply(this.last);
		}

	}

	record Order(String id, List<Line> lines, Map<String, Line> byKey) {

	}

	record Line(int count, LocalDate day) {

	}

	record Either(Object left, Object right) {

	}

	record Maybe(Optional<String> text) {

	}

	record Holding(List<Base> list) {

	}

	static class Base {

		Instant at = Instant.EPOCH;

	}

	static class Sub extends Base {

	}

	static class Node {

		final String name;

		Node next;

		final Map<String, Node> more = new LinkedHashMap<>();

		Node(String name) {
			this.name = name;
			this.more.put(name, this);
		}

	}

	@JsonIgnoreProperties("byClass")
	static class Hidden {

		final String text;

		@JsonIgnore
		final String ignored;

		final String byClass;

		final transient String lost;

		Hidden(String text, String hidden) {
			this.text = text;
			this.ignored = hidden;
			this.byClass = hidden;
			this.lost = hidden;
		}

	}

	static class Broken extends ArrayList<String> {

		@Override
		public java.util.Iterator<String> iterator() {
			throw new IllegalStateException("not now");
		}

	}

	enum Level {

		LOW, HIGH

	}

}
