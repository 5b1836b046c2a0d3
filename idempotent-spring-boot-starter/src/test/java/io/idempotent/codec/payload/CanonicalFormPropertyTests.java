package io.idempotent.codec.payload;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

import io.idempotent.engine.PayloadDigester.Part;
import io.idempotent.store.Fingerprint;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds for any tree of maps, sets, lists and values.
 */
class CanonicalFormPropertyTests {

	private static final Object OTHER = "a leaf that no tree contains";

	private final CanonicalPayloadDigester digester = new CanonicalPayloadDigester();

	@Property(tries = 2000)
	void neitherOrderNorTheRepresentationOfNumbersMatters(@ForAll("trees") Object tree, @ForAll Random random) {
		assertThat(digest(rewritten(tree, random))).isEqualTo(digest(tree));
	}

	@Property(tries = 2000)
	void aSingleChangedLeafMatters(@ForAll("trees") Object tree, @ForAll Random random) {
		int leaf = random.nextInt(countLeaves(tree));

		assertThat(digest(withOtherLeaf(tree, new int[] { leaf }))).isNotEqualTo(digest(tree));
	}

	@Provide
	Arbitrary<Object> trees() {
		return trees(3);
	}

	private static Arbitrary<Object> trees(int depth) {
		Arbitrary<Object> leaves = Arbitraries.oneOf(Arbitraries.strings().ofMaxLength(5), Arbitraries.longs(),
				Arbitraries.bigDecimals().map((number) -> number), Arbitraries.doubles().map(BigDecimal::valueOf),
				Arbitraries.of(true, false), Arbitraries.just("").injectNull(0.5));
		if (depth == 0) {
			return leaves;
		}
		Arbitrary<Object> smaller = trees(depth - 1);
		return Arbitraries.oneOf(leaves, lists(smaller), sets(smaller), maps(smaller));
	}

	private static Arbitrary<Object> lists(Arbitrary<Object> elements) {
		return elements.list().ofMinSize(1).ofMaxSize(3).map((list) -> list);
	}

	private static Arbitrary<Object> sets(Arbitrary<Object> elements) {
		return elements.list().ofMinSize(1).ofMaxSize(3).map(LinkedHashSet::new);
	}

	private static Arbitrary<Object> maps(Arbitrary<Object> values) {
		return Arbitraries.maps(Arbitraries.strings().ofMaxLength(3), values)
			.ofMinSize(1)
			.ofMaxSize(3)
			.map((map) -> map);
	}

	private Object rewritten(Object tree, Random random) {
		if (tree instanceof Map<?, ?> map) {
			Map<Object, Object> copy = new LinkedHashMap<>();
			shuffled(map.keySet(), random).forEach((key) -> copy.put(key, rewritten(map.get(key), random)));
			return copy;
		}
		if (tree instanceof Set<?> set) {
			Set<Object> copy = Collections.newSetFromMap(new IdentityHashMap<>());
			shuffled(set, random).forEach((element) -> copy.add(rewritten(element, random)));
			return copy;
		}
		if (tree instanceof List<?> list) {
			return list.stream().map((element) -> rewritten(element, random)).toArray();
		}
		if (tree instanceof Long number) {
			return BigDecimal.valueOf(number).setScale(random.nextInt(5));
		}
		if (tree instanceof BigDecimal number) {
			return number.setScale(number.scale() + random.nextInt(5));
		}
		return tree;
	}

	private static List<Object> shuffled(Set<?> set, Random random) {
		List<Object> list = new ArrayList<>(set);
		Collections.shuffle(list, random);
		return list;
	}

	private static int countLeaves(Object tree) {
		if (tree instanceof Map<?, ?> map) {
			return map.values().stream().mapToInt(CanonicalFormPropertyTests::countLeaves).sum();
		}
		if (tree instanceof Iterable<?> elements) {
			int count = 0;
			for (Object element : elements) {
				count += countLeaves(element);
			}
			return count;
		}
		return 1;
	}

	private static Object withOtherLeaf(Object tree, int[] leaf) {
		if (tree instanceof Map<?, ?> map) {
			Map<Object, Object> copy = new LinkedHashMap<>();
			map.forEach((key, value) -> copy.put(key, withOtherLeaf(value, leaf)));
			return copy;
		}
		if (tree instanceof Set<?> set) {
			Set<Object> copy = new LinkedHashSet<>();
			set.forEach((element) -> copy.add(withOtherLeaf(element, leaf)));
			return copy;
		}
		if (tree instanceof List<?> list) {
			List<Object> copy = new ArrayList<>();
			list.forEach((element) -> copy.add(withOtherLeaf(element, leaf)));
			return copy;
		}
		return (leaf[0]-- == 0) ? OTHER : tree;
	}

	private Fingerprint digest(Object value) {
		return this.digester.digest(List.of(new Part("value", Object.class, value)));
	}

}
