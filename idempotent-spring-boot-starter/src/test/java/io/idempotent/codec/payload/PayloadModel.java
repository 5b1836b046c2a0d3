package io.idempotent.codec.payload;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A payload as the documentation speaks of it, and when two are the same request. Knows
 * nothing of Java types, sorting and digests.
 */
sealed interface PayloadModel {

	PayloadModel NOTHING = new Nothing();

	/** Null and the empty Optional. */
	record Nothing() implements PayloadModel {

	}

	record Bool(boolean value) implements PayloadModel {

	}

	record Num(BigDecimal value) implements PayloadModel {

	}

	/** NaN and the infinities. */
	record NoNum(double value) implements PayloadModel {

	}

	record Text(String value) implements PayloadModel {

	}

	record Bytes(List<Byte> value) implements PayloadModel {

	}

	/** A constant whose enum is not the declared type. */
	record Const(Enum<?> value) implements PayloadModel {

	}

	/** A constant whose enum is the declared type. */
	record DeclaredConst(String name) implements PayloadModel {

	}

	record Seq(List<PayloadModel> elements) implements PayloadModel {

	}

	record Bag(List<PayloadModel> elements) implements PayloadModel {

	}

	record Dict(Map<String, PayloadModel> entries) implements PayloadModel {

	}

	/**
	 * An object.
	 *
	 * @param level how many declared types there are above it, {@link #UNDECLARED} if its
	 * own is Object
	 * @param name the name of its class, "" where that is the declared one
	 */
	record Obj(int level, String name, Map<String, PayloadModel> members) implements PayloadModel {

		static final int UNDECLARED = 3;

		PayloadModel member(String member) {
			return this.members.getOrDefault(member, NOTHING);
		}

	}

	static boolean same(PayloadModel one, PayloadModel other) {
		if (one instanceof Num a && other instanceof Num b) {
			return a.value().compareTo(b.value()) == 0;
		}
		if (one instanceof NoNum a && other instanceof NoNum b) {
			return Double.compare(a.value(), b.value()) == 0;
		}
		if (one instanceof Seq a && other instanceof Seq b) {
			return sameInOrder(a.elements(), b.elements());
		}
		if (one instanceof Bag a && other instanceof Bag b) {
			return sameInAnyOrder(a.elements(), b.elements());
		}
		if (one instanceof Dict a && other instanceof Dict b) {
			return a.entries().keySet().equals(b.entries().keySet()) && a.entries()
				.keySet()
				.stream()
				.allMatch((key) -> same(a.entries().get(key), b.entries().get(key)));
		}
		if (one instanceof Obj a && other instanceof Obj b) {
			return a.name().equals(b.name())
					&& PayloadClasses.MEMBERS.stream().allMatch((member) -> same(a.member(member), b.member(member)));
		}
		return one.equals(other);
	}

	private static boolean sameInOrder(List<PayloadModel> one, List<PayloadModel> other) {
		boolean same = one.size() == other.size();
		for (int i = 0; same && i < one.size(); i++) {
			same = same(one.get(i), other.get(i));
		}
		return same;
	}

	static boolean sameInAnyOrder(List<PayloadModel> one, List<PayloadModel> other) {
		List<PayloadModel> rest = new ArrayList<>(other);
		for (PayloadModel element : one) {
			PayloadModel partner = rest.stream()
				.filter((candidate) -> same(element, candidate))
				.findFirst()
				.orElse(null);
			if (partner == null) {
				return false;
			}
			rest.remove(partner);
		}
		return rest.isEmpty();
	}

}
