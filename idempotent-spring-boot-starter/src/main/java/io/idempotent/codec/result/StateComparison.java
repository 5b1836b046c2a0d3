package io.idempotent.codec.result;

import java.lang.reflect.Array;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

import io.idempotent.codec.payload.CanonicalForm;
import io.idempotent.codec.payload.CanonicalKind;
import io.idempotent.codec.payload.CanonicalNumber;
import io.idempotent.codec.payload.CanonicalText;
import io.idempotent.codec.payload.LazyState;
import io.idempotent.codec.payload.ObjectShape;
import io.idempotent.codec.payload.OptionalContent;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.type.TypeFactory;

/**
 * Compares a value with what its stored form gave back, as the canonical form of both
 * would: numbers by value, sets and maps in any order, an empty collection by what it
 * holds. Unlike that, it also tells where the difference is, and compares classes.
 */
final class StateComparison {

	private static final JavaType ANY = TypeFactory.unknownType();

	private static final TypeFactory TYPES = TypeFactory.createDefaultInstance();

	/** Objects that are compared or have been: they may refer to each other. */
	private final Set<Pair> compared = new HashSet<>();

	private final Deque<String> path = new ArrayDeque<>();

	/** The innermost member that differs. */
	private @Nullable String member;

	/**
	 * Compares two values.
	 * @return a sentence that names class and member of the first difference, and no
	 * value; null if there is none
	 * @throws IllegalArgumentException if a value has no canonical form
	 */
	@Nullable String difference(@Nullable Object original, @Nullable Object copy) {
		String why = compare(original, copy);
		return (why != null) ? where((original != null) ? nameOf(original) : "The result") + " " + why : null;
	}

	private String where(String type) {
		String steps = String.join("", this.path);
		String path = steps.startsWith(".") ? steps.substring(1) : steps;
		if (this.member == null) {
			return path.isEmpty() ? type : "%s of %s".formatted(path, type);
		}
		return this.member.equals(type + steps) ? this.member : "%s (%s of %s)".formatted(this.member, path, type);
	}

	private @Nullable String compare(@Nullable Object original, @Nullable Object copy) {
		if (original == copy) {
			return null;
		}
		if (original == null && copy != null) {
			// Jackson itself reads a null as an empty one
			return OptionalContent.isEmpty(copy) ? null : "is null, and came back as " + nameOf(copy);
		}
		if (original == null || copy == null) {
			return "came back as null";
		}
		return compare(CanonicalKind.of(original), LazyState.of(original), LazyState.of(copy));
	}

	private @Nullable String compare(CanonicalKind kind, Object original, Object copy) {
		if (SortOrder.isLost(original, copy)) {
			return "is sorted by a comparator of its own, and came back in another order";
		}
		if (kind == CanonicalKind.SET && copy instanceof Collection<?> collection) {
			// also if it was declared as a collection, and is a list now
			return compareSets((Collection<?>) original, collection);
		}
		if (kind != CanonicalKind.of(copy)) {
			return cameBackAs(original, copy);
		}
		return switch (kind) {
			case TEXT -> CanonicalText.isOfOneType(original, copy)
					? differs(CanonicalText.of(original).equals(CanonicalText.of(copy))) : cameBackAs(original, copy);
			case NUMBER -> (original.getClass() == copy.getClass())
					? differs(CanonicalNumber.textOf((Number) original).equals(CanonicalNumber.textOf((Number) copy)))
					: cameBackAs(original, copy);
			case BOOLEAN -> differs(original.equals(copy));
			case CONSTANT -> differs(false);
			case BYTES -> differs(Arrays.equals((byte[]) original, (byte[]) copy));
			case OPTIONAL -> compare(OptionalContent.of(original), OptionalContent.of(copy));
			case MAP -> compareMaps((Map<?, ?>) original, (Map<?, ?>) copy);
			case SET, LIST -> compareLists((Collection<?>) original, (Collection<?>) copy);
			case ARRAY -> compareArrays(original, copy);
			case TREE -> differs(Arrays.equals(digest(original), digest(copy)));
			case OBJECT -> compareObjects(original, copy);
		};
	}

	private @Nullable String compareObjects(Object original, Object copy) {
		if (original instanceof Map.Entry<?, ?> one && copy instanceof Map.Entry<?, ?> other) {
			String why = compareIn(".key", one.getKey(), other.getKey());
			return (why != null) ? why : compareIn(".value", one.getValue(), other.getValue());
		}
		if (original instanceof AtomicReference<?> one && copy instanceof AtomicReference<?> other) {
			return compare(one.get(), other.get());
		}
		if (original.getClass() != copy.getClass()) {
			return cameBackAs(original, copy);
		}
		if (!this.compared.add(new Pair(original, copy))) {
			return null;
		}
		for (ObjectShape.Member member : ComparedState.membersOf(original.getClass())) {
			String why = compareIn("." + member.name(), member.valueIn(original), member.valueIn(copy));
			if (why != null) {
				if (this.member == null) {
					this.member = nameOf(original) + "." + member.name();
				}
				return why;
			}
		}
		return null;
	}

	private @Nullable String compareLists(Collection<?> original, Collection<?> copy) {
		if (original.size() != copy.size()) {
			return "came back with another number of elements";
		}
		Iterator<?> copies = copy.iterator();
		for (Object element : original) {
			String why = compareIn("[]", element, copies.next());
			if (why != null) {
				return why;
			}
		}
		return null;
	}

	private @Nullable String compareArrays(Object original, Object copy) {
		if (original.getClass() != copy.getClass()) {
			return cameBackAs(original, copy);
		}
		int length = Array.getLength(original);
		if (length != Array.getLength(copy)) {
			return "came back with another number of elements";
		}
		for (int i = 0; i < length; i++) {
			String why = compareIn("[]", Array.get(original, i), Array.get(copy, i));
			if (why != null) {
				return why;
			}
		}
		return null;
	}

	/**
	 * In the order they have, and only if that differs in any.
	 */
	private @Nullable String compareSets(Collection<?> original, Collection<?> copy) {
		int depth = this.path.size();
		String why = compareLists(original, copy);
		if (why == null || original.size() != copy.size()) {
			return why;
		}
		if (!digests(original).equals(digests(copy))) {
			return why;
		}
		this.member = null;
		while (this.path.size() > depth) {
			this.path.removeLast();
		}
		return null;
	}

	private @Nullable String compareMaps(Map<?, ?> original, Map<?, ?> copy) {
		if (original.size() != copy.size()) {
			return "came back with another number of entries";
		}
		Map<Object, Map.Entry<?, ?>> copies = new HashMap<>();
		copy.entrySet().forEach((entry) -> copies.put(keyOf(entry.getKey()), entry));
		for (Map.Entry<?, ?> entry : original.entrySet()) {
			Map.Entry<?, ?> other = copies.get(keyOf(entry.getKey()));
			if (other == null) {
				return "came back with another key";
			}
			if (entry.getKey() != null && entry.getKey().getClass() != other.getKey().getClass()) {
				return "came back with other classes of keys";
			}
			String why = compareIn("{}", entry.getValue(), other.getValue());
			if (why != null) {
				return why;
			}
		}
		return null;
	}

	private @Nullable String compareIn(String step, @Nullable Object original, @Nullable Object copy) {
		this.path.addLast(step);
		String why = compare(original, copy);
		if (why == null) {
			this.path.removeLast();
		}
		return why;
	}

	private static List<String> digests(Collection<?> elements) {
		List<String> digests = new ArrayList<>();
		elements.forEach((element) -> digests.add(Arrays.toString(digest(element))));
		digests.sort(null);
		return digests;
	}

	private static Object keyOf(@Nullable Object key) {
		return (key == null) ? "" : Arrays.toString(digest(key));
	}

	private static byte[] digest(@Nullable Object value) {
		CanonicalForm form = new CanonicalForm(new byte[0],
				(declared, actual) -> ObjectShape.of(declared, actual, TYPES));
		form.write(value, ANY);
		return form.digest();
	}

	private static @Nullable String differs(boolean same) {
		return same ? null : "does not come back as it was";
	}

	private static String cameBackAs(Object original, Object copy) {
		return "is of class %s, and came back as one of %s".formatted(nameOf(original), nameOf(copy));
	}

	private static String nameOf(Object value) {
		return value.getClass().getName();
	}

	/**
	 * Two objects by identity.
	 */
	private record Pair(Object original, Object copy) {

		@Override
		public boolean equals(@Nullable Object other) {
			return other instanceof Pair pair && this.original == pair.original && this.copy == pair.copy;
		}

		@Override
		public int hashCode() {
			return 31 * System.identityHashCode(this.original) + System.identityHashCode(this.copy);
		}

	}

}
