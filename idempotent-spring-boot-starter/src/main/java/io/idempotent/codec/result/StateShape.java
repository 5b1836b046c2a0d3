package io.idempotent.codec.result;

import java.util.Arrays;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;

import io.idempotent.codec.payload.CanonicalKind;
import io.idempotent.codec.payload.LazyState;
import io.idempotent.codec.payload.ObjectShape;
import io.idempotent.codec.payload.OptionalContent;
import org.jspecify.annotations.Nullable;

/**
 * Makes a number of which classes, constants, nulls and empty containers there are in a
 * value, whatever the values are: equal for values of one shape.
 */
final class StateShape {

	private static final long NULL = 1;

	/** Stands for an object that contains itself. */
	private static final long MEETING = 2;

	private static final long EMPTY = 3;

	/** The shapes of the objects that were met. */
	private final IdentityHashMap<Object, Long> met = new IdentityHashMap<>(4);

	long of(@Nullable Object value) {
		if (value == null) {
			return NULL;
		}
		long type = value.getClass().hashCode();
		return switch (CanonicalKind.of(value)) {
			case TEXT, NUMBER, BOOLEAN, BYTES, TREE -> type;
			case CONSTANT -> mix(type, ((Enum<?>) value).name().hashCode());
			case OPTIONAL -> mix(type, of(OptionalContent.of(value)));
			case MAP -> mix(ofOrder(value, type), ofEntries((Map<?, ?>) LazyState.of(value)));
			case SET, LIST -> mix(ofOrder(value, type), ofElements((Iterable<?>) LazyState.of(value)));
			case ARRAY -> mix(type, (value instanceof Object[] array) ? ofElements(Arrays.asList(array)) : EMPTY);
			case OBJECT -> ofObject(LazyState.of(value));
		};
	}

	private static long ofOrder(Object value, long type) {
		return SortOrder.hasOwn(value) ? ~type : type;
	}

	private long ofObject(Object value) {
		Long known = this.met.put(value, MEETING);
		long shape = (known != null) ? known : value.getClass().hashCode();
		if (known == null) {
			for (ObjectShape.Member member : ComparedState.membersOf(value.getClass())) {
				shape = mix(shape, of(member.valueIn(value)));
			}
		}
		this.met.put(value, shape);
		return shape;
	}

	private long ofEntries(Map<?, ?> map) {
		return 31 * ofElements(map.keySet()) + ofElements(map.values());
	}

	/**
	 * Which shapes there are, in any order, however often.
	 */
	private long ofElements(Iterable<?> elements) {
		long sum = EMPTY;
		long last = 0;
		Set<Long> others = null;
		for (Object element : elements) {
			long shape = of(element);
			if (shape == last || (others != null && others.contains(shape))) {
				continue;
			}
			if (last != 0) {
				others = (others != null) ? others : new HashSet<>();
				others.add(last);
			}
			last = shape;
			sum += mix(shape, shape);
		}
		return sum;
	}

	private static long mix(long shape, long part) {
		long mixed = (shape ^ Long.rotateLeft(part, 29)) * 0x9E3779B97F4A7C15L;
		return mixed ^ (mixed >>> 32);
	}

}
