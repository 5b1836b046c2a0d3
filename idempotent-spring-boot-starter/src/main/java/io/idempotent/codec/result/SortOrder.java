package io.idempotent.codec.result;

import java.util.Comparator;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.concurrent.PriorityBlockingQueue;

import org.jspecify.annotations.Nullable;

/**
 * Finds the comparator by which a collection or map sorts, which no stored form keeps.
 */
final class SortOrder {

	private SortOrder() {
	}

	/**
	 * Whether a value sorts, and a copy of it sorts in another way. A copy that does not
	 * sort has the order in which it was written.
	 */
	static boolean isLost(Object original, Object copy) {
		return isSorted(copy) && hasOwn(original) && !Objects.equals(comparatorOf(original), comparatorOf(copy));
	}

	/**
	 * Whether a value sorts by anything else than the natural order of its elements.
	 */
	static boolean hasOwn(Object value) {
		Comparator<?> comparator = comparatorOf(value);
		return comparator != null && !comparator.equals(Comparator.naturalOrder());
	}

	private static boolean isSorted(Object value) {
		return value instanceof SortedMap || value instanceof SortedSet || value instanceof PriorityQueue
				|| value instanceof PriorityBlockingQueue;
	}

	private static @Nullable Comparator<?> comparatorOf(Object value) {
		if (value instanceof SortedMap<?, ?> map) {
			return map.comparator();
		}
		if (value instanceof SortedSet<?> set) {
			return set.comparator();
		}
		if (value instanceof PriorityQueue<?> queue) {
			return queue.comparator();
		}
		return (value instanceof PriorityBlockingQueue<?> queue) ? queue.comparator() : null;
	}

}
