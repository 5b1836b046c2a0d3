package io.idempotent.codec.payload;

import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.CharBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import io.idempotent.codec.payload.PayloadClasses.Color;
import io.idempotent.codec.payload.PayloadClasses.Narrow;
import io.idempotent.codec.payload.PayloadClasses.Reordered;
import io.idempotent.codec.payload.PayloadClasses.Signal;
import io.idempotent.codec.payload.PayloadClasses.Special;
import io.idempotent.codec.payload.PayloadClasses.Wide;
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
import io.idempotent.engine.PayloadDigester.Part;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.core.ResolvableType;

/**
 * Makes Java values of a model, each time in another of the ways in which an application
 * may have them.
 */
final class PayloadRenderer {

	private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

	private static final List<Class<?>> CLASSES = List.of(Wide.class, Reordered.class, Narrow.class);

	private static final Type[] DECLARED = declaredTypes();

	private final Random random;

	/** The declared classes, from the outermost one to the innermost. */
	private final Class<?>[] classes = new Class<?>[Obj.UNDECLARED];

	PayloadRenderer(Random random) {
		this.random = random;
	}

	Part render(PayloadModel model) {
		boolean declared = model instanceof Obj object && object.level() == 0;
		int index = 0;
		for (int level = 0; declared && level < Obj.UNDECLARED; level++) {
			List<Class<?>> candidates = candidates((Obj) model, level);
			this.classes[level] = candidates.get(this.random.nextInt(candidates.size()));
			index = index * 3 + CLASSES.indexOf(this.classes[level]);
		}
		return new Part("payload", declared ? DECLARED[index] : Object.class, value(model));
	}

	private static Type[] declaredTypes() {
		Type[] types = new Type[27];
		for (int i = 0; i < types.length; i++) {
			ResolvableType innermost = ResolvableType.forClassWithGenerics(CLASSES.get(i % 3), Object.class);
			ResolvableType inner = ResolvableType.forClassWithGenerics(CLASSES.get(i / 3 % 3), innermost);
			types[i] = ResolvableType.forClassWithGenerics(CLASSES.get(i / 9), inner).getType();
		}
		return types;
	}

	/** The classes that all objects of a level can be declared as. */
	private static List<Class<?>> candidates(Obj outermost, int level) {
		List<Obj> objects = List.of(outermost);
		for (int i = 0; i < level; i++) {
			objects = objects.stream().flatMap((object) -> children(object).stream()).toList();
		}
		if (objects.stream().anyMatch((object) -> object.name().equals("Special"))) {
			return List.of(Wide.class);
		}
		boolean narrow = objects.stream()
			.allMatch((object) -> List.of("c", "d", "e")
				.stream()
				.allMatch((member) -> object.member(member) == PayloadModel.NOTHING));
		return narrow ? CLASSES : List.of(Wide.class, Reordered.class);
	}

	private static List<Obj> children(Obj object) {
		List<Obj> children = new ArrayList<>();
		for (PayloadModel member : List.of(object.member("b"), object.member("c"), object.member("d"),
				object.member("e"))) {
			if (member instanceof Obj child) {
				children.add(child);
			}
			if (member instanceof Seq seq) {
				seq.elements().forEach((child) -> children.add((Obj) child));
			}
			if (member instanceof Dict dict) {
				dict.entries().values().forEach((child) -> children.add((Obj) child));
			}
		}
		return children;
	}

	private Object value(PayloadModel model) {
		if (model == PayloadModel.NOTHING) {
			return oneOf(null, Optional.empty(), OptionalInt.empty(), OptionalLong.empty(), OptionalDouble.empty());
		}
		if (!(model instanceof Obj) && chance(0.05)) {
			return Optional.of(value(model));
		}
		if (chance(0.1)) {
			JsonNode json = json(model);
			if (json != null) {
				return json;
			}
		}
		return plain(model);
	}

	private Object plain(PayloadModel model) {
		if (model instanceof Bool bool) {
			return bool.value();
		}
		if (model instanceof Num number) {
			return number(number.value());
		}
		if (model instanceof NoNum number) {
			return oneOf(number.value(), (float) number.value());
		}
		if (model instanceof Text text) {
			return text(text.value());
		}
		if (model instanceof Bytes bytes) {
			byte[] array = new byte[bytes.value().size()];
			for (int i = 0; i < array.length; i++) {
				array[i] = bytes.value().get(i);
			}
			return array;
		}
		if (model instanceof Const constant) {
			return constant.value();
		}
		if (model instanceof Seq seq) {
			return list(seq);
		}
		if (model instanceof Bag bag) {
			return set(bag);
		}
		return (model instanceof Dict dict) ? map(dict) : object((Obj) model);
	}

	private Number number(BigDecimal value) {
		List<Number> ways = new ArrayList<>();
		ways.add(value);
		ways.add(scaled(value, 1 + this.random.nextInt(3)));
		BigDecimal digits = value.stripTrailingZeros();
		int magnitude = digits.precision() - digits.scale();
		if (value.signum() == 0 || (digits.scale() <= 0 && magnitude < 2000)) {
			BigInteger integer = value.toBigInteger();
			ways.add(integer);
			addIntegers(integer, ways);
		}
		// no other decimal of as few digits is the same double, or float
		if (digits.precision() <= 15 && Math.abs(magnitude) < 300) {
			ways.add(value.doubleValue());
		}
		if (digits.precision() <= 6 && Math.abs(magnitude) < 30) {
			ways.add(value.floatValue());
		}
		if (value.signum() == 0) {
			ways.add(-0.0);
		}
		return ways.get(this.random.nextInt(ways.size()));
	}

	private static BigDecimal scaled(BigDecimal value, int zeros) {
		return new BigDecimal(value.unscaledValue().multiply(BigInteger.TEN.pow(zeros)), value.scale() + zeros);
	}

	private static void addIntegers(BigInteger integer, List<Number> ways) {
		if (integer.bitLength() < 64) {
			ways.add(integer.longValue());
			ways.add(new AtomicLong(integer.longValue()));
		}
		if (integer.bitLength() < 32) {
			ways.add(integer.intValue());
			ways.add(new AtomicInteger(integer.intValue()));
		}
		if (integer.bitLength() < 16) {
			ways.add(integer.shortValue());
		}
		if (integer.bitLength() < 8) {
			ways.add(integer.byteValue());
		}
	}

	private Object text(String text) {
		if (text.length() == 1 && chance(0.3)) {
			return text.charAt(0);
		}
		return oneOf(text, text, text, CharBuffer.wrap(text));
	}

	private Object list(Seq seq) {
		List<Object> values = new ArrayList<>();
		seq.elements().forEach((element) -> values.add(value(element)));
		boolean nulls = values.contains(null);
		boolean integers = values.stream().allMatch((value) -> value instanceof Integer);
		return switch (this.random.nextInt(7)) {
			case 0 -> Collections.unmodifiableList(values);
			case 1 -> values.toArray();
			case 2 -> new CopyOnWriteArrayList<>(values);
			case 3 -> nulls ? values : List.copyOf(values);
			case 4 -> nulls ? values : new ArrayDeque<>(values);
			case 5 -> integers ? values.stream().mapToInt((value) -> (Integer) value).toArray() : values;
			default -> values;
		};
	}

	private Set<Object> set(Bag bag) {
		List<Object> values = new ArrayList<>();
		bag.elements().forEach((element) -> values.add(value(element)));
		Collections.shuffle(values, this.random);
		return switch (values.contains(null) ? this.random.nextInt(3) : this.random.nextInt(5)) {
			case 0 -> new HashSet<>(values);
			case 1 -> new LinkedHashSet<>(values);
			case 2 -> new CopyOnWriteArraySet<>(values);
			case 3 -> Set.copyOf(values);
			default -> {
				Set<Object> set = ConcurrentHashMap.newKeySet();
				set.addAll(values);
				yield set;
			}
		};
	}

	private Map<Object, Object> map(Dict dict) {
		Map<Object, Object> map = new LinkedHashMap<>();
		shuffledKeys(dict).forEach((key) -> map.put(key(key), value(dict.entries().get(key))));
		return chance(0.5) ? map : new HashMap<>(map);
	}

	private Object key(String key) {
		List<Object> ways = new ArrayList<>(List.of(key, text(key)));
		switch (key) {
			case "1" -> ways.addAll(List.of(1, 1L, new BigDecimal("1.00")));
			case "true" -> ways.add(true);
			case "RED" -> ways.addAll(List.of(Color.RED, Signal.RED));
			case "NaN" -> ways.add(Double.NaN);
			default -> ways.add(key);
		}
		return ways.get(this.random.nextInt(ways.size()));
	}

	private <T> Object object(Obj object) {
		Class<?> type = classOf(object);
		Object a = value(object.member("a"));
		T b = member(object.member("b"));
		if (type == Narrow.class) {
			return new Narrow<>(b, a, constant(object, Color.class));
		}
		if (type == Reordered.class) {
			return new Reordered<>(constant(object, Signal.class), typedMap(object), member(object.member("d")),
					typedList(object), b, a);
		}
		T d = member(object.member("d"));
		Optional<T> optional = (d != null || chance(0.5)) ? Optional.ofNullable(d) : null;
		return (type == Wide.class)
				? new Wide<>(a, b, typedList(object), optional, typedMap(object), constant(object, Color.class))
				: new Special<>(a, b, typedList(object), optional, typedMap(object), constant(object, Color.class));
	}

	private Class<?> classOf(Obj object) {
		return switch (object.name()) {
			case "" -> this.classes[object.level()];
			case "Wide" -> Wide.class;
			case "Reordered" -> Reordered.class;
			case "Narrow" -> Narrow.class;
			default -> Special.class;
		};
	}

	@SuppressWarnings({ "unchecked", "TypeParameterUnusedInFormals" })
	private <T> T member(PayloadModel member) {
		// an empty Optional in an Optional is something else than an empty one
		return (member == PayloadModel.NOTHING) ? null : (T) plain(member);
	}

	private static <E extends Enum<E>> E constant(Obj object, Class<E> type) {
		return (object.member("color") instanceof DeclaredConst constant) ? Enum.valueOf(type, constant.name()) : null;
	}

	private <T> List<T> typedList(Obj object) {
		if (!(object.member("c") instanceof Seq seq)) {
			return null;
		}
		List<T> list = chance(0.5) ? new ArrayList<>() : new CopyOnWriteArrayList<>();
		seq.elements().forEach((element) -> list.add(member(element)));
		return list;
	}

	private <T> Map<String, T> typedMap(Obj object) {
		if (!(object.member("e") instanceof Dict dict)) {
			return null;
		}
		Map<String, T> map = chance(0.5) ? new LinkedHashMap<>() : new TreeMap<>(Collections.reverseOrder());
		shuffledKeys(dict).forEach((key) -> map.put(key, member(dict.entries().get(key))));
		return map;
	}

	/** Null for what is no JSON. */
	private JsonNode json(PayloadModel model) {
		if (model == PayloadModel.NOTHING) {
			return JSON.nullNode();
		}
		if (model instanceof Bool bool) {
			return JSON.booleanNode(bool.value());
		}
		if (model instanceof Num number) {
			return JSON.numberNode(chance(0.5) ? number.value() : scaled(number.value(), 1));
		}
		if (model instanceof Text text) {
			return JSON.stringNode(text.value());
		}
		if (model instanceof Seq seq) {
			ArrayNode array = JSON.arrayNode();
			return seq.elements().stream().map(this::json).allMatch((node) -> node != null && array.add(node) != null)
					? array : null;
		}
		if (model instanceof Dict dict) {
			ObjectNode object = JSON.objectNode();
			return shuffledKeys(dict).stream().allMatch((key) -> {
				JsonNode node = json(dict.entries().get(key));
				return node != null && object.set(key, node) != null;
			}) ? object : null;
		}
		return null;
	}

	private List<String> shuffledKeys(Dict dict) {
		List<String> keys = new ArrayList<>(dict.entries().keySet());
		Collections.shuffle(keys, this.random);
		return keys;
	}

	private boolean chance(double probability) {
		return this.random.nextDouble() < probability;
	}

	@SafeVarargs
	private <T> T oneOf(T... values) {
		return values[this.random.nextInt(values.length)];
	}

}
