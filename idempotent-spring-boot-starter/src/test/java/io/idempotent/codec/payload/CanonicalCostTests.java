package io.idempotent.codec.payload;

import java.io.File;
import java.io.FileDescriptor;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.sun.management.ThreadMXBean;
import io.idempotent.engine.PayloadDigester.Part;
import io.idempotent.store.Fingerprint;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

import org.springframework.aop.framework.ProxyFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Payloads that are made to cost a lot. CPU time and allocated bytes are those of this
 * thread alone.
 */
@SuppressWarnings({ "unused", "UnusedVariable" })
class CanonicalCostTests {

	private final CanonicalPayloadDigester digester = new CanonicalPayloadDigester();

	private final ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();

	@ParameterizedTest(name = "{0}")
	@MethodSource("cheap")
	void aPayloadCostsLittle(String what, Object value) {
		Cost cost = warmCostOf(() -> digest(value));

		assertThat(cost.nanos()).as("CPU time of %s", what).isLessThanOrEqualTo(250_000_000);
		assertThat(cost.bytes()).as("allocated bytes of %s", what).isLessThanOrEqualTo(10_000_000);
	}

	static Stream<Arguments> cheap() {
		return Stream.of(arguments("1e999999999", new BigDecimal("1e999999999")),
				arguments("1e-999999999", new BigDecimal("1e-999999999")),
				arguments("numbers of 8,191 bits", numbers(BigInteger.TWO.pow(8191).subtract(BigInteger.ONE), 400)),
				arguments("numbers with 2,400 zeros", numbers(BigInteger.TEN.pow(2400), 400)),
				arguments("extreme doubles",
						new double[] { Double.MIN_VALUE, Double.MAX_VALUE, Double.NaN, Double.POSITIVE_INFINITY }),
				arguments("a text of a million characters", "x\ud83d".repeat(500_000)),
				arguments("a text of NULs", "\u0000".repeat(1_000_000)),
				arguments("a million bytes", new byte[1_000_000]),
				arguments("a map whose keys collide", colliding(10_000)),
				arguments("a set whose elements collide", new HashSet<>(colliding(10_000).keySet())),
				arguments("sets of sets of sets", setOfSets(5)),
				arguments("many sets", Collections.nCopies(10_000, Set.of(1, 2))),
				arguments("a list that lies about its size", new Lying()),
				arguments("methods that throw or do not return", new Hostile()),
				arguments("a file and a class", List.of(new File("a"), String.class)),
				arguments("a tree 190 deep", deepTree(190)), arguments("10,000 objects", nodes(10_000)));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("refused")
	void orItIsRefusedAtLittleCost(String what, Object value, String why) {
		Cost cost = warmCostOf(() -> assertRefused(value, why));

		assertThat(cost.nanos()).as("CPU time of %s", what).isLessThanOrEqualTo(250_000_000);
		assertThat(cost.bytes()).as("allocated bytes of %s", what).isLessThanOrEqualTo(10_000_000);
	}

	static Stream<Arguments> refused() {
		List<Object> listOfItself = new ArrayList<>();
		listOfItself.addAll(List.of(listOfItself, listOfItself));
		Map<String, Object> mapOfItself = new HashMap<>();
		mapOfItself.put("self", mapOfItself);
		Set<Object> setOfItself = Collections.newSetFromMap(new IdentityHashMap<>());
		setOfItself.add(setOfItself);
		Node ring = new Node(null);
		ring.next = ring;
		ProxyFactory proxies = new ProxyFactory(new Hostile());
		proxies.setProxyTargetClass(true);
		String circular = "it contains itself or is nested more than 200 deep";
		String live = " can be read only once or lives in one process";
		String hidden = " belongs to the JDK, its state is hidden";
		return Stream.of(arguments("a list of itself", listOfItself, circular),
				arguments("a map of itself", mapOfItself, circular),
				arguments("a set of itself", setOfItself, circular), arguments("a ring", ring, circular),
				arguments("a tree 5,000 deep", deepTree(5000), circular),
				arguments("a number of 10 MB", BigInteger.ONE.shiftLeft(80_000_000),
						"a number has more than 8192 bits"),
				arguments("a thread", new Holder(Thread.currentThread()), "java.lang.Thread" + live),
				arguments("a class loader", new Holder(Holder.class.getClassLoader()), live),
				arguments("a stream", new Holder(Stream.of(1)), live),
				arguments("an input stream", new Holder(InputStream.nullInputStream()), live),
				arguments("a lambda", new Holder((Supplier<String>) () -> "x"), " is code, not a value"),
				arguments("a file handle", new Holder(new FileDescriptor()), "java.io.FileDescriptor" + hidden),
				arguments("a lock", new Holder(new ReentrantLock()), hidden),
				arguments("a reference", new Holder(new AtomicReference<>("x")), hidden),
				arguments("a bit set", new Holder(new BitSet()), hidden),
				arguments("a proxy", new Holder(proxies.getProxy()), " is a proxy, whose state is elsewhere"));
	}

	/**
	 * The price of the limits themselves: what is too large is found out by counting.
	 */
	@ParameterizedTest(name = "{0}")
	@MethodSource("unbounded")
	void whatNeverEndsIsRefusedAtBoundedCost(String what, Object value, String why) {
		Cost cost = costOf(() -> assertRefused(value, why));

		assertBounded(cost, what);
	}

	static Stream<Arguments> unbounded() {
		Object lists = List.of();
		Object sets = Set.of();
		Object maps = Map.of();
		for (int i = 0; i < 60; i++) {
			lists = List.of(lists, lists);
			sets = Set.of(List.of(sets, 1), List.of(sets, 2));
			maps = Map.of("a", maps, "b", maps);
		}
		String many = "it has more than 1000000 values";
		String large = "it has more than 67108864 characters and bytes";
		return Stream.of(arguments("2^60 ways through lists", lists, many),
				arguments("2^60 ways through sets", sets, many), arguments("2^60 ways through maps", maps, many),
				arguments("an endless collection", new CanonicalPayloadDigesterTests.Endless(), many),
				arguments("20 million numbers", new int[20_000_000], many),
				arguments("a long text, many times", Collections.nCopies(900_000, "x".repeat(1_000_000)), large),
				arguments("many bytes, many times", Collections.nCopies(900_000, new byte[1_000_000]), large),
				arguments("a long number, many times", numbers(BigInteger.TEN.pow(2400), 900_000), large));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("large")
	void whatIsJustWithinTheLimitsHasBoundedCost(String what, Object value) {
		assertBounded(costOf(() -> digest(value)), what);
	}

	static Stream<Arguments> large() {
		Map<String, Integer> map = new HashMap<>();
		for (int i = 0; i < 499_000; i++) {
			map.put("key" + i, i);
		}
		return Stream.of(arguments("a map of half a million entries", map),
				arguments("a set of half a million numbers", new HashSet<>(map.values())),
				arguments("half a million sets", Collections.nCopies(499_000, Set.of(1))),
				arguments("a million texts", Collections.nCopies(999_000, "x")),
				arguments("60 MB of text", Collections.nCopies(60, "x".repeat(1024 * 1024))),
				arguments("60 MB of bytes", new byte[60 * 1024 * 1024]));
	}

	private static void assertBounded(Cost cost, String what) {
		assertThat(cost.nanos()).as("CPU time of %s", what).isLessThanOrEqualTo(2_000_000_000);
		assertThat(cost.bytes()).as("allocated bytes of %s", what).isLessThanOrEqualTo(200_000_000);
	}

	private void assertRefused(Object value, String why) {
		try {
			digest(value);
		}
		catch (IllegalArgumentException ex) {
			if (ex.getMessage().startsWith("argument 'command' cannot be compared with that of a retry: ")
					&& ex.getMessage().contains(why) && ex.getMessage().contains("Set the payload attribute")) {
				return;
			}
			throw ex;
		}
		throw new AssertionError("was not refused");
	}

	/** The third time, when classes are loaded and known. */
	private Cost warmCostOf(Runnable task) {
		task.run();
		task.run();
		return costOf(task);
	}

	private Cost costOf(Runnable task) {
		long nanos = this.thread.getCurrentThreadCpuTime();
		long bytes = this.thread.getCurrentThreadAllocatedBytes();
		task.run();
		return new Cost(this.thread.getCurrentThreadCpuTime() - nanos,
				this.thread.getCurrentThreadAllocatedBytes() - bytes);
	}

	private static List<BigInteger> numbers(BigInteger number, int count) {
		return Collections.nCopies(count, number);
	}

	private static List<Node> nodes(int count) {
		return IntStream.range(0, count).mapToObj((i) -> new Node(null)).toList();
	}

	private static Map<String, Integer> colliding(int size) {
		Map<String, Integer> map = new HashMap<>();
		for (int i = 0; i < size; i++) {
			StringBuilder key = new StringBuilder();
			for (int bit = 0; bit < 16; bit++) {
				key.append(((i >> bit) & 1) == 0 ? "Aa" : "BB");
			}
			map.put(key.toString(), i);
		}
		return map;
	}

	private static Object setOfSets(int depth) {
		return (depth == 0) ? Set.of()
				: IntStream.range(0, 5).mapToObj((i) -> List.of(i, setOfSets(depth - 1))).collect(Collectors.toSet());
	}

	private static JsonNode deepTree(int depth) {
		JsonNode node = JsonNodeFactory.instance.numberNode(1);
		for (int i = 0; i < depth; i++) {
			node = JsonNodeFactory.instance.objectNode().set("a", node);
		}
		return node;
	}

	private Fingerprint digest(Object value) {
		return this.digester.digest(List.of(new Part("argument 'command'", Object.class, value)));
	}

	private record Cost(long nanos, long bytes) {

	}

	record Holder(Object member) {

	}

	static class Node {

		private Node next;

		Node(Node next) {
			this.next = next;
		}

	}

	static class Lying extends AbstractList<Integer> {

		@Override
		public Integer get(int index) {
			throw new IndexOutOfBoundsException();
		}

		@Override
		public Iterator<Integer> iterator() {
			return List.of(1, 2).iterator();
		}

		@Override
		public int size() {
			return Integer.MAX_VALUE;
		}

	}

	static class Hostile {

		private final String text = "x";

		String getText() {
			while (true) {
				Thread.onSpinWait();
			}
		}

		@Override
		public boolean equals(Object other) {
			throw new IllegalStateException("equals");
		}

		@Override
		public int hashCode() {
			throw new IllegalStateException("hashCode");
		}

		@Override
		public String toString() {
			throw new IllegalStateException("toString");
		}

	}

}
