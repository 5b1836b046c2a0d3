package io.idempotent.codec;

import java.io.File;
import java.io.FileDescriptor;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
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
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
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
	@MethodSource({"cheap","refused","large"})
	void x(String what, Object value) {
		for (int i = 0; i < 4; i++) {
			String outcome = "ok";
			long time = this.thread.getCurrentThreadCpuTime();
			long bytes = this.thread.getCurrentThreadAllocatedBytes();
			try {
				digest(value);
			}
			catch (Exception ex) {
				outcome = String.valueOf(ex.getMessage());
			}
			time = this.thread.getCurrentThreadCpuTime() - time;
			bytes = this.thread.getCurrentThreadAllocatedBytes() - bytes;
			if (i == 0 || i == 3) System.out.printf("%-40s %8.2f ms %8.2f MB  %s%n", what, time / 1e6, bytes / 1e6, outcome.substring(0, Math.min(200, outcome.length())));
		}
	}

	static Stream<Arguments> cheap() {
		return Stream.of(arguments("1e999999999", new BigDecimal("1e999999999")),
				arguments("1e-999999999", new BigDecimal("1e-999999999")),
				arguments("numbers of 8,191 bits", IntStream.range(0, 1000).mapToObj((i) -> BigInteger.TWO.pow(8191).subtract(BigInteger.valueOf(i))).toList()),
				arguments("numbers with 2,400 zeros", Collections.nCopies(1000, BigInteger.TEN.pow(2400))),
				arguments("extreme doubles", new double[] { Double.MIN_VALUE, Double.MAX_VALUE, Double.NaN, -0.0 }),
				arguments("a text of a million characters", "x\ud83d".repeat(500_000)),
				arguments("a text of NULs", "\u0000".repeat(1_000_000)),
				arguments("ten million bytes", new byte[10_000_000]),
				arguments("a map whose keys collide", colliding(20_000)),
				arguments("a set whose elements collide", new HashSet<>(colliding(20_000).keySet())),
				arguments("sets of sets", setOfSets(6)),
				arguments("many sets", Collections.nCopies(20_000, Set.of(1, 2))),
				arguments("a list that lies about its size", new Lying()),
				arguments("a getter that does not return", new Hostile()),
				arguments("members that throw", new HashSet<>(Set.of(new Trap(1)))),
				arguments("a file and a class", List.of(new File("a"), String.class)),
				arguments("a tree 190 deep", deepTree(190)));
	}

	static Stream<Arguments> refused() {
		List<Object> manyPaths = List.of();
		for (int i = 0; i < 60; i++) {
			manyPaths = List.of(manyPaths, manyPaths);
		}
		List<Object> listOfItself = new ArrayList<>();
		listOfItself.add(listOfItself);
		listOfItself.add(listOfItself);
		Map<String, Object> mapOfItself = new HashMap<>();
		mapOfItself.put("self", mapOfItself);
		Set<Object> setOfItself = Collections.newSetFromMap(new java.util.IdentityHashMap<>());
		setOfItself.add(setOfItself);
		Node ring = new Node();
		ring.left = ring;
		ring.right = ring;
		ProxyFactory proxy = new ProxyFactory(new Node());
		proxy.setProxyTargetClass(true);
		Set<Object> paths = Set.of(1, 2);
		for (int i = 0; i < 60; i++) {
			paths = Set.of(List.of(paths, 1), List.of(paths, 2));
		}
		Map<String, Object> mapPaths = Map.of();
		for (int i = 0; i < 60; i++) {
			mapPaths = Map.of("a", mapPaths, "b", mapPaths);
		}
		return Stream.of(arguments("60 lists, 2^60 ways", manyPaths), arguments("sets, 2^60 ways", paths), arguments("maps, 2^60 ways", mapPaths),
				arguments("a list of itself", listOfItself), arguments("a map of itself", mapOfItself), arguments("a set of itself", setOfItself),
				arguments("a ring", ring),
				arguments("10 MB BigInteger", BigInteger.ONE.shiftLeft(80_000_000).subtract(BigInteger.ONE)),
				arguments("endless", new CanonicalPayloadDigesterTests.Endless()),
				arguments("20 million ints", new int[20_000_000]),
				arguments("deep tree", deepTree(5000)),
				arguments("one long text very often", Collections.nCopies(900_000, "x".repeat(1_000_000))),
				arguments("thread member", new Holder(Thread.currentThread())),
				arguments("class loader", new Holder(CanonicalCostTests.class.getClassLoader())),
				arguments("stream", new Holder(Stream.of(1))),
				arguments("lambda", new Holder((Supplier<String>) () -> "x")),
				arguments("input stream", new Holder(InputStream.nullInputStream())),
				arguments("jdk", new Holder(new BitSet())),arguments("jdk", new Holder(new FileDescriptor())),
				arguments("lock", new Holder(new ReentrantLock())),
				arguments("ref", new Holder(new AtomicReference<>("x"))),
				arguments("wref", new Holder(new WeakReference<>("x"))),
				arguments("proxy", proxy.getProxy())
				);
	}

	static Stream<Arguments> large() {
		Map<String, Integer> map = new TreeMap<>();
		for (int i = 0; i < 499_000; i++) {
			map.put("key" + i, i);
		}
		return Stream.of(arguments("map", map), arguments("hashmap", new HashMap<>(map)), arguments("list", Collections.nCopies(999_000, "x")), arguments("set", new HashSet<>(map.values())), arguments("sets",Collections.nCopies(499_000, Set.of(1))),
				arguments("big numbers", Collections.nCopies(999_000, BigInteger.TWO.pow(8191))),
				arguments("big numbers", Collections.nCopies(999_000, BigInteger.TEN.pow(2400))),
				arguments("64 MB", Collections.nCopies(64, new byte[1024*1024])),
				arguments("64 MB text", Collections.nCopies(64, "x".repeat(1024*1024))),
				arguments("objects", Collections.nCopies(300_000, new Node())));
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

	static class Node {

		Object left;

		Object right;

	}

	record Holder(Object member) {

	}

	static class Lying extends AbstractList<Integer> {

		@Override
		public Integer get(int index) {
			return index;
		}

		@Override
		public int size() {
			return 3;
		}

		@Override
		public Iterator<Integer> iterator() {
			return List.of(1, 2).iterator();
		}

	}

	static class Hostile {

		private final String text = "x";

		String getText() {
			while (true) {
				Thread.onSpinWait();
			}
		}

	}

	static class Trap {

		private final int number;

		Trap(int number) {
			this.number = number;
		}

		@Override
		public String toString() {
			throw new IllegalStateException();
		}

	}

}
