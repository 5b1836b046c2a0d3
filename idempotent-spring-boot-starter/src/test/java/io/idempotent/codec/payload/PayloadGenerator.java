package io.idempotent.codec.payload;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import io.idempotent.codec.payload.PayloadClasses.Color;
import io.idempotent.codec.payload.PayloadClasses.Signal;
import io.idempotent.codec.payload.PayloadModel.Bag;
import io.idempotent.codec.payload.PayloadModel.Bool;
import io.idempotent.codec.payload.PayloadModel.Bytes;
import io.idempotent.codec.payload.PayloadModel.Const;
import io.idempotent.codec.payload.PayloadModel.DeclaredConst;
import io.idempotent.codec.payload.PayloadModel.Dict;
import io.idempotent.codec.payload.PayloadModel.NoNum;
import io.idempotent.codec.payload.PayloadModel.Num;
import io.idempotent.codec.payload.PayloadModel.Obj;
import io.idempotent.codec.payload.PayloadModel.Seq;
import io.idempotent.codec.payload.PayloadModel.Text;

import static io.idempotent.codec.payload.PayloadModel.NOTHING;
import static io.idempotent.codec.payload.PayloadModel.same;

/**
 * Random payloads, and others that miss them narrowly.
 */
final class PayloadGenerator {

	private static final String[] TEXTS = { "", "a", "A", "a ", "ab", "1", "1.0", "true", "null", "RED", "NaN", "[",
			"\u0000", "a\u0000", "\u00e9", "e\u0301", "\u00c3\u00a9", "\ud83d", "\ude00", "\ud83d\ude00",
			"\ude00\ud83d", "?" };

	private static final String[] NUMBERS = { "0", "1", "-1", "10", "0.1", "0.10000000000000001", "1e999999999",
			"1e999999998", "-1e-999999999", "9223372036854775807", "9223372036854775808", "-9223372036854775809",
			"18446744073709551616", "1e30", "4.9e-324", "1.7976931348623157e308", "1e2400" };

	private static final String[] NAMES = { "Wide", "Special", "Reordered", "Narrow" };

	private final Random random;

	PayloadGenerator(Random random) {
		this.random = random;
	}

	PayloadModel payload() {
		return chance(0.4) ? object(0, 3) : any(3);
	}

	/** Hardly another request, and sometimes the same again. */
	PayloadModel near(PayloadModel payload) {
		return changed(payload);
	}

	private PayloadModel any(int depth) {
		int kind = this.random.nextInt((depth > 0) ? 16 : 9);
		return switch (kind) {
			case 0 -> NOTHING;
			case 1 -> new Bool(this.random.nextBoolean());
			case 2, 3, 4 -> number();
			case 5 -> chance(0.9) ? text() : new Bytes(List.of((byte) this.random.nextInt(3), (byte) 1));
			case 6, 7 -> text();
			case 8 -> new Const(chance(0.5) ? oneOf(Color.values()) : oneOf(Signal.values()));
			case 9, 10 -> new Seq(list(() -> any(depth - 1)));
			case 11, 12 -> new Bag(distinct(list(() -> any(depth - 1))));
			case 13, 14 -> new Dict(entries(() -> any(depth - 1)));
			default -> object(Obj.UNDECLARED, depth);
		};
	}

	private PayloadModel number() {
		return switch (this.random.nextInt(8)) {
			case 0 -> new NoNum(oneOf(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY));
			case 1 -> new Num(new BigDecimal(oneOf(NUMBERS)));
			case 2 -> new Num(BigDecimal.valueOf(this.random.nextLong(), this.random.nextInt(40) - 20));
			case 3 -> new Num(new BigDecimal(new BigInteger(this.random.nextInt(300), this.random)));
			default -> new Num(BigDecimal.valueOf(this.random.nextInt(7) - 3, this.random.nextInt(5) - 2));
		};
	}

	private PayloadModel text() {
		return new Text(oneOf(TEXTS));
	}

	private Obj object(int level, int depth) {
		boolean declared = level < Obj.UNDECLARED;
		String name = declared ? (chance(0.8) ? "" : "Special") : oneOf(NAMES);
		Map<String, PayloadModel> members = new LinkedHashMap<>();
		Supplier<PayloadModel> child = () -> child(level, depth - 1);
		members.put("a", any(depth - 1));
		members.put("b", chance(0.3) ? child.get() : NOTHING);
		members.put("color", chance(0.5) ? new DeclaredConst(oneOf(Color.values()).name()) : NOTHING);
		if (chance(0.5) && !name.equals("Narrow")) {
			members.put("c", chance(0.5) ? new Seq(list(child)) : NOTHING);
			members.put("d", chance(0.3) ? child.get() : NOTHING);
			members.put("e", chance(0.3) ? new Dict(entries(child)) : NOTHING);
		}
		return new Obj(level, name, members);
	}

	private PayloadModel child(int level, int depth) {
		return (level + 1 < Obj.UNDECLARED) ? object(level + 1, depth) : any(Math.max(depth, 0));
	}

	private List<PayloadModel> list(Supplier<PayloadModel> element) {
		List<PayloadModel> list = new ArrayList<>();
		for (int size = this.random.nextInt(4); size > 0; size--) {
			list.add(element.get());
		}
		return list;
	}

	private Map<String, PayloadModel> entries(Supplier<PayloadModel> value) {
		Map<String, PayloadModel> entries = new LinkedHashMap<>();
		for (int size = this.random.nextInt(4); size > 0; size--) {
			entries.put(oneOf(TEXTS), value.get());
		}
		return entries;
	}

	private static List<PayloadModel> distinct(List<PayloadModel> elements) {
		List<PayloadModel> distinct = new ArrayList<>();
		for (PayloadModel element : elements) {
			if (distinct.stream().noneMatch((other) -> same(element, other))) {
				distinct.add(element);
			}
		}
		return distinct;
	}

	private PayloadModel changed(PayloadModel model) {
		if (model instanceof Obj object) {
			return changedObject(object);
		}
		if (chance(0.25)) {
			return confused(model);
		}
		if (model instanceof Seq seq) {
			return new Seq(
					chance(0.2) ? reframed(seq.elements()) : changedList(seq.elements(), this::changed, () -> any(0)));
		}
		if (model instanceof Bag bag) {
			return new Bag(distinct(changedList(bag.elements(), this::changed, () -> any(0))));
		}
		if (model instanceof Dict dict) {
			return new Dict(changedEntries(dict.entries(), this::changed, () -> any(0)));
		}
		if (model instanceof Num number) {
			return new Num(changedNumber(number.value()));
		}
		if (model instanceof Text text) {
			return new Text(changedText(text.value()));
		}
		return any(0);
	}

	/** Something of another kind that looks alike. */
	private PayloadModel confused(PayloadModel model) {
		if (model instanceof Seq seq) {
			return (seq.elements().size() == 1) ? seq.elements().get(0) : new Bag(distinct(seq.elements()));
		}
		if (model instanceof Bag bag) {
			return new Seq(bag.elements());
		}
		if (model instanceof Num number) {
			return new Text(number.value().toString());
		}
		if (model instanceof NoNum number) {
			return new Text(String.valueOf(number.value()));
		}
		if (model instanceof Bool bool) {
			return new Text(String.valueOf(bool.value()));
		}
		if (model instanceof Const constant) {
			return chance(0.5) ? new Text(constant.value().name()) : new Const(Signal.valueOf(constant.value().name()));
		}
		if (model instanceof Dict dict) {
			return new Seq(List.copyOf(dict.entries().values()));
		}
		return new Seq(List.of(model));
	}

	private Obj changedObject(Obj object) {
		Map<String, PayloadModel> members = new LinkedHashMap<>(object.members());
		UnaryOperator<PayloadModel> change = (object.level() + 1 < Obj.UNDECLARED)
				? (child) -> changedObject((Obj) child) : this::changed;
		Supplier<PayloadModel> child = () -> child(object.level(), 0);
		String name = object.name();
		switch (name.equals("Narrow") ? this.random.nextInt(4) : this.random.nextInt(7)) {
			case 0 -> members.compute("color",
					(member, color) -> chance(0.3) ? NOTHING : new DeclaredConst(oneOf(Color.values()).name()));
			case 1 -> name = changedName(object);
			case 2 -> members.computeIfPresent("a", (member, value) -> chance(0.2) ? NOTHING : changed(value));
			case 3 -> members.compute("b", (member, value) -> changedChild(value, change, child));
			case 4 -> members.compute("c", (member, value) -> (value instanceof Seq seq)
					? new Seq(changedList(seq.elements(), change, child)) : new Seq(List.of()));
			case 5 -> members.compute("d", (member, value) -> changedChild(value, change, child));
			default -> members.compute("e", (member, value) -> (value instanceof Dict dict)
					? new Dict(changedEntries(dict.entries(), change, child)) : new Dict(Map.of()));
		}
		return new Obj(object.level(), name, members);
	}

	private String changedName(Obj object) {
		if (object.level() < Obj.UNDECLARED) {
			return object.name().isEmpty() ? "Special" : "";
		}
		boolean narrow = object.member("c") == NOTHING && object.member("d") == NOTHING
				&& object.member("e") == NOTHING;
		return NAMES[this.random.nextInt(narrow ? 4 : 3)];
	}

	private PayloadModel changedChild(PayloadModel value, UnaryOperator<PayloadModel> change,
			Supplier<PayloadModel> child) {
		if (value == null || value == NOTHING) {
			return child.get();
		}
		return chance(0.3) ? NOTHING : change.apply(value);
	}

	private List<PayloadModel> changedList(List<PayloadModel> list, UnaryOperator<PayloadModel> change,
			Supplier<PayloadModel> element) {
		List<PayloadModel> changed = new ArrayList<>(list);
		int position = list.isEmpty() ? -1 : this.random.nextInt(list.size());
		switch ((position < 0) ? 3 : this.random.nextInt(5)) {
			case 0 -> changed.remove(position);
			case 1 -> Collections.shuffle(changed, this.random);
			case 2 -> changed.add(list.get(position));
			case 3 -> changed.add(element.get());
			default -> changed.set(position, change.apply(list.get(position)));
		}
		return changed;
	}

	/** The same content, with the borders between elements elsewhere. */
	private List<PayloadModel> reframed(List<PayloadModel> list) {
		List<PayloadModel> reframed = new ArrayList<>(list);
		for (int i = 0; i + 1 < reframed.size(); i++) {
			PayloadModel next = reframed.get(i + 1);
			if (reframed.get(i) instanceof Text text && next instanceof Text other) {
				reframed.set(i, new Text(text.value() + oneOf("", "s", ",") + other.value()));
				reframed.remove(i + 1);
			}
			else if (reframed.get(i) instanceof Seq seq) {
				List<PayloadModel> longer = new ArrayList<>(seq.elements());
				longer.add(next);
				reframed.set(i, new Seq(longer));
				reframed.remove(i + 1);
			}
		}
		return reframed;
	}

	private Map<String, PayloadModel> changedEntries(Map<String, PayloadModel> entries,
			UnaryOperator<PayloadModel> change, Supplier<PayloadModel> value) {
		Map<String, PayloadModel> changed = new LinkedHashMap<>(entries);
		List<String> keys = List.copyOf(entries.keySet());
		String key = keys.isEmpty() ? "" : keys.get(this.random.nextInt(keys.size()));
		switch (keys.isEmpty() ? 3 : this.random.nextInt(5)) {
			case 0 -> changed.remove(key);
			case 1 -> changed.put(changedText(key), changed.remove(key));
			case 2 -> changed.put(key, entries.get(keys.get(0)));
			case 3 -> changed.put(oneOf(TEXTS), value.get());
			default -> changed.put(key, change.apply(entries.get(key)));
		}
		return changed;
	}

	private BigDecimal changedNumber(BigDecimal number) {
		return switch (this.random.nextInt(4)) {
			case 0 -> number.negate();
			case 1 -> new BigDecimal(number.unscaledValue().add(BigInteger.ONE), number.scale());
			case 2 -> new BigDecimal(number.unscaledValue(), number.scale() + 1);
			default -> new BigDecimal(number.unscaledValue().multiply(BigInteger.TEN), number.scale() + 1);
		};
	}

	private String changedText(String text) {
		return switch (this.random.nextInt(4)) {
			case 0 -> text + oneOf(TEXTS);
			case 1 -> new StringBuilder(text).reverse().toString();
			case 2 -> text.toLowerCase(java.util.Locale.ROOT);
			default -> text + "\u0000";
		};
	}

	private boolean chance(double probability) {
		return this.random.nextDouble() < probability;
	}

	@SafeVarargs
	private <T> T oneOf(T... values) {
		return values[this.random.nextInt(values.length)];
	}

}
