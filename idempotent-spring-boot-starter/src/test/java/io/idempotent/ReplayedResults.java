package io.idempotent;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.sql.Timestamp;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Currency;
import java.util.Date;
import java.util.Deque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonFilter;
import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonMerge;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.annotation.Nulls;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.Id;
import jakarta.persistence.OneToMany;
import jakarta.persistence.Version;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.annotation.JsonPOJOBuilder;
import tools.jackson.databind.annotation.JsonSerialize;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.ser.std.ToStringSerializer;
import tools.jackson.databind.util.StdConverter;

import org.springframework.http.HttpEntity;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseCookie;
import org.springframework.http.ResponseEntity;
import org.springframework.util.LinkedMultiValueMap;

/**
 * A service with a method for each row of the table of results. Each call makes its
 * result anew.
 */
@SuppressWarnings({ "JavaUtilDate", "JdkObsolete", "NonApiType", "NullOptional" }) // results
																					// of
																					// others
class ReplayedResults {

	private static final LocalDateTime OVERLAP = LocalDateTime.of(2026, 10, 25, 2, 30, 0, 123_456_789);

	private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

	/**
	 * A row.
	 */
	@Idempotent(key = "#id", payload = Idempotent.UNCHECKED)
	@Retention(RetentionPolicy.RUNTIME)
	@interface Row {

		/**
		 * The class of the replay, where it is not the class of the original: for
		 * interfaces, whichever implements them here.
		 */
		Class<?> as() default Row.class;

		/**
		 * Whether the order of elements counts, though equals does not see it.
		 */
		boolean ordered() default false;

		/**
		 * Whether the class has no equals that says anything, so that state is compared.
		 */
		boolean byState() default false;

	}

	// nothing, primitives, numbers

	@Row
	void nothing(String id) {
	}

	@Row
	Void nothingBoxed(String id) {
		return null;
	}

	@Row
	String nullText(String id) {
		return null;
	}

	@Row
	List<Item> nullList(String id) {
		return null;
	}

	@Row
	boolean primitiveBoolean(String id) {
		return true;
	}

	@Row
	byte primitiveByte(String id) {
		return Byte.MIN_VALUE;
	}

	@Row
	short primitiveShort(String id) {
		return Short.MAX_VALUE;
	}

	@Row
	char primitiveChar(String id) {
		return '\u20ac';
	}

	@Row
	int primitiveInt(String id) {
		return 0;
	}

	@Row
	long primitiveLong(String id) {
		return Long.MIN_VALUE;
	}

	@Row
	float primitiveFloat(String id) {
		return 0.1f;
	}

	@Row
	double primitiveDouble(String id) {
		return Double.MIN_VALUE;
	}

	@Row
	Boolean boxedBoolean(String id) {
		return false;
	}

	@Row
	Character boxedCharacter(String id) {
		return '\u0000';
	}

	@Row
	Integer boxedInteger(String id) {
		return 1_000_000;
	}

	@Row
	Long boxedLong(String id) {
		return 1L;
	}

	@Row
	Double notANumber(String id) {
		return Double.NaN;
	}

	@Row
	double infinite(String id) {
		return Double.NEGATIVE_INFINITY;
	}

	@Row
	Double negativeZero(String id) {
		return -0.0;
	}

	@Row
	Float negativeZeroFloat(String id) {
		return -0.0f;
	}

	@Row
	BigDecimal decimalScale(String id) {
		return new BigDecimal("1.00");
	}

	@Row
	BigDecimal decimalNegativeScale(String id) {
		return new BigDecimal(BigInteger.valueOf(12), -3);
	}

	@Row
	BigDecimal decimalHugeExponent(String id) {
		return new BigDecimal("1E-999999999");
	}

	@Row
	BigDecimal decimalZeroWithScale(String id) {
		return new BigDecimal("0E+7");
	}

	@Row(as = ArrayList.class)
	List<BigDecimal> decimals(String id) {
		return List.of(BigDecimal.ZERO, BigDecimal.TEN, new BigDecimal("10.0"), new BigDecimal("-1E+3"));
	}

	@Row
	BigInteger hugeInteger(String id) {
		return BigInteger.TEN.pow(1500).negate();
	}

	// text

	@Row
	String text(String id) {
		return "text \u00e4\u20ac\ud83d\ude00\u0000\u2028\"\\";
	}

	@Row
	String emptyText(String id) {
		return "";
	}

	@Row
	String emoji(String id) {
		return "a" + "\ud83d\ude00".repeat(10_000);
	}

	@Row(as = String.class)
	CharSequence charSequence(String id) {
		return "x";
	}

	@Row
	UUID uuid(String id) {
		return new UUID(1, -1);
	}

	@Row
	URI uri(String id) {
		return URI.create("https://example.org/a%20b?c=%C3%A4#d");
	}

	@Row
	URL url(String id) throws MalformedURLException {
		return URI.create("file:/a/b?c").toURL();
	}

	@Row
	Locale locale(String id) {
		return Locale.forLanguageTag("zh-Hant-TW-x-lvariant-x");
	}

	@Row
	Locale rootLocale(String id) {
		return Locale.ROOT;
	}

	@Row
	Currency currency(String id) {
		return Currency.getInstance("EUR");
	}

	@Row
	Charset charset(String id) {
		return StandardCharsets.UTF_16;
	}

	@Row(byState = true)
	AtomicInteger atomicInteger(String id) {
		return new AtomicInteger(7);
	}

	// arrays

	@Row
	byte[] bytes(String id) {
		return new byte[] { 0, -1, 127 };
	}

	@Row
	byte[] noBytes(String id) {
		return new byte[0];
	}

	@Row
	int[] ints(String id) {
		return new int[] { 1, -1 };
	}

	@Row
	double[] doubles(String id) {
		return new double[] { 0.1, Double.NaN, -0.0 };
	}

	@Row
	char[] chars(String id) {
		return "a\u0000\u20ac".toCharArray();
	}

	@Row
	Byte[] boxedBytes(String id) {
		return new Byte[] { 1, null };
	}

	@Row
	String[] texts(String id) {
		return new String[] { "a", null, "" };
	}

	@Row
	Item[] items(String id) {
		return new Item[] { item(), null };
	}

	@Row
	long[][] nestedArrays(String id) {
		return new long[][] { {}, { 1, 2 }, null };
	}

	@Row
	byte[][] nestedBytes(String id) {
		return new byte[][] { { 1 }, {} };
	}

	@Row
	Payment[] payments(String id) {
		return new Payment[] { new Card("4711"), new Cash() };
	}

	// enums

	@Row
	Color constant(String id) {
		return Color.GREEN;
	}

	@Row
	Color constantWithBody(String id) {
		return Color.RED;
	}

	@Row
	Renamed constantWithOtherText(String id) {
		return Renamed.ONE;
	}

	@Row
	EnumMap<Color, Integer> enumMap(String id) {
		return new EnumMap<>(Map.of(Color.RED, 1, Color.GREEN, 2));
	}

	@Row
	EnumSet<Color> enumSet(String id) {
		return EnumSet.of(Color.RED);
	}

	@Row
	EnumSet<Color> emptyEnumSet(String id) {
		return EnumSet.noneOf(Color.class);
	}

	// collections

	@Row(as = ArrayList.class)
	List<String> immutableList(String id) {
		return List.of("a", "b");
	}

	@Row(as = ArrayList.class)
	List<String> listWithNulls(String id) {
		return Arrays.asList("a", null);
	}

	@Row(as = ArrayList.class)
	List<String> unmodifiableList(String id) {
		return Collections.unmodifiableList(new LinkedList<>(List.of("a")));
	}

	@Row
	ArrayList<Item> arrayList(String id) {
		return new ArrayList<>(List.of(item()));
	}

	@Row
	LinkedList<Item> linkedList(String id) {
		return new LinkedList<>(List.of(item()));
	}

	@Row(as = ArrayList.class)
	Collection<Item> collection(String id) {
		return new ArrayList<>(List.of(item()));
	}

	@Row(as = LinkedHashSet.class, ordered = true)
	Set<String> set(String id) {
		return new LinkedHashSet<>(List.of("z", "a", "m"));
	}

	@Row
	HashSet<Color> hashSet(String id) {
		return new HashSet<>(Set.of(Color.RED));
	}

	@Row(as = TreeSet.class)
	SortedSet<String> sortedSet(String id) {
		return new TreeSet<>(Set.of("b", "a"));
	}

	@Row(as = TreeSet.class)
	NavigableSet<Instant> navigableSet(String id) {
		return new TreeSet<>(Set.of(Instant.EPOCH));
	}

	@Row(byState = true)
	ArrayDeque<String> deque(String id) {
		return new ArrayDeque<>(List.of("b", "a"));
	}

	@Row(as = LinkedList.class, ordered = true)
	Deque<String> anyDeque(String id) {
		return new LinkedList<>(List.of("b", "a"));
	}

	@Row(as = ArrayList.class)
	List<List<Map<String, Item>>> nestedCollections(String id) {
		return List.of(List.of(Map.of("a", item())), List.of());
	}

	// maps

	@Row(as = LinkedHashMap.class, ordered = true)
	Map<String, Integer> map(String id) {
		Map<String, Integer> map = new LinkedHashMap<>();
		map.put("z", 1);
		map.put("a", 2);
		map.put("", 3);
		return map;
	}

	@Row(as = LinkedHashMap.class)
	Map<String, Item> mapWithNullValue(String id) {
		return new HashMap<>(Collections.singletonMap("a", null));
	}

	@Row
	HashMap<String, Long> hashMap(String id) {
		return new HashMap<>(Map.of("a", 1L));
	}

	@Row(as = TreeMap.class)
	SortedMap<String, Long> sortedMap(String id) {
		return new TreeMap<>(Map.of("b", 1L, "a", 2L));
	}

	@Row
	TreeMap<Integer, String> treeMap(String id) {
		return new TreeMap<>(Map.of(10, "a", 9, "b"));
	}

	@Row(as = ConcurrentHashMap.class)
	ConcurrentMap<String, Item> concurrentMap(String id) {
		return new ConcurrentHashMap<>(Map.of("a", item()));
	}

	@Row
	LinkedMultiValueMap<String, Item> multiValueMap(String id) {
		LinkedMultiValueMap<String, Item> map = new LinkedMultiValueMap<>();
		map.add("a", item());
		return map;
	}

	@Row(as = LinkedHashMap.class)
	Map<Color, Item> enumKeys(String id) {
		return Map.of(Color.RED, item(), Color.GREEN, item());
	}

	@Row(as = LinkedHashMap.class)
	Map<Renamed, String> renamedEnumKeys(String id) {
		return Map.of(Renamed.ONE, "a");
	}

	@Row(as = LinkedHashMap.class)
	Map<UUID, Integer> uuidKeys(String id) {
		return Map.of(new UUID(1, 2), 1);
	}

	@Row(as = LinkedHashMap.class)
	Map<Integer, String> integerKeys(String id) {
		return Map.of(-1, "a");
	}

	@Row(as = LinkedHashMap.class)
	Map<Long, String> longKeys(String id) {
		return Map.of(Long.MAX_VALUE, "a");
	}

	@Row(as = LinkedHashMap.class)
	Map<Double, String> doubleKeys(String id) {
		return Map.of(-0.0, "a", Double.NaN, "b", 0.1, "c");
	}

	@Row(as = LinkedHashMap.class)
	Map<Character, String> characterKeys(String id) {
		return Map.of('a', "a");
	}

	@Row(as = LinkedHashMap.class)
	Map<Boolean, String> booleanKeys(String id) {
		return Map.of(true, "a");
	}

	@Row(as = LinkedHashMap.class)
	Map<LocalDate, String> dateKeys(String id) {
		return Map.of(LocalDate.MAX, "a");
	}

	@Row(as = LinkedHashMap.class)
	Map<Instant, String> instantKeys(String id) {
		return Map.of(Instant.ofEpochSecond(1, 1), "a");
	}

	@Row(as = LinkedHashMap.class)
	Map<ZonedDateTime, String> zonedKeys(String id) {
		return Map.of(ZonedDateTime.ofLocal(OVERLAP, BERLIN, ZoneOffset.ofHours(1)), "a");
	}

	@Row(as = LinkedHashMap.class)
	Map<Label, String> valueKeys(String id) {
		return Map.of(new Label("a"), "b");
	}

	// Optional

	@Row
	Optional<Item> optional(String id) {
		return Optional.of(item());
	}

	@Row
	Optional<Item> emptyOptional(String id) {
		return Optional.empty();
	}

	@Row
	Optional<Item> nullOptional(String id) {
		return null;
	}

	@Row
	Optional<Optional<String>> nestedOptional(String id) {
		return Optional.of(Optional.empty());
	}

	@Row
	Optional<Payment> polymorphicOptional(String id) {
		return Optional.of(new Card("1"));
	}

	@Row(as = ArrayList.class)
	List<Optional<String>> optionals(String id) {
		return Arrays.asList(Optional.of(""), Optional.empty(), null);
	}

	@Row
	OptionalInt optionalInt(String id) {
		return OptionalInt.of(0);
	}

	@Row
	OptionalLong emptyOptionalLong(String id) {
		return OptionalLong.empty();
	}

	@Row
	OptionalDouble optionalDouble(String id) {
		return OptionalDouble.of(-0.0);
	}

	@Row
	WithOptionals nullIsNotEmpty(String id) {
		return new WithOptionals(null, null, null, Optional.of(Optional.empty()));
	}

	@Row
	WithOptionals emptyIsNotNull(String id) {
		return new WithOptionals(Optional.empty(), OptionalInt.empty(), List.of(), Optional.empty());
	}

	@Row
	WithOptionals presentOptionals(String id) {
		return new WithOptionals(Optional.of(item()), OptionalInt.of(1), List.of("a"), Optional.of(Optional.of("a")));
	}

	// time

	@Row
	Instant instant(String id) {
		return Instant.ofEpochSecond(-1, 123_456_789);
	}

	@Row
	Instant farInstant(String id) {
		return Instant.MAX;
	}

	@Row
	LocalDate localDate(String id) {
		return LocalDate.MIN;
	}

	@Row
	LocalTime localTime(String id) {
		return LocalTime.MAX;
	}

	@Row
	LocalDateTime localDateTime(String id) {
		return OVERLAP;
	}

	@Row
	OffsetDateTime offsetDateTime(String id) {
		return OVERLAP.atOffset(ZoneOffset.ofHoursMinutesSeconds(5, 30, 7));
	}

	@Row
	OffsetTime offsetTime(String id) {
		return OffsetTime.of(1, 2, 3, 4, ZoneOffset.MIN);
	}

	@Row
	ZonedDateTime zonedInOverlap(String id) {
		return ZonedDateTime.ofLocal(OVERLAP, BERLIN, ZoneOffset.ofHours(1));
	}

	@Row
	ZonedDateTime zonedWithOffset(String id) {
		return OVERLAP.atZone(ZoneOffset.ofHours(2));
	}

	@Row
	ZonedDateTime zonedUtc(String id) {
		return OVERLAP.atZone(ZoneId.of("UTC"));
	}

	@Row
	Year year(String id) {
		return Year.of(-44);
	}

	@Row
	YearMonth yearMonth(String id) {
		return YearMonth.of(12026, 2);
	}

	@Row
	MonthDay monthDay(String id) {
		return MonthDay.of(2, 29);
	}

	@Row
	Period period(String id) {
		return Period.of(1, 14, 100);
	}

	@Row
	Duration duration(String id) {
		return Duration.ofSeconds(-5, 1);
	}

	@Row
	ZoneId zoneId(String id) {
		return BERLIN;
	}

	@Row
	ZoneId offsetAsZone(String id) {
		return ZoneOffset.ofHours(3);
	}

	@Row
	ZoneOffset zoneOffset(String id) {
		return ZoneOffset.UTC;
	}

	@Row
	DayOfWeek dayOfWeek(String id) {
		return DayOfWeek.FRIDAY;
	}

	@Row
	Date date(String id) {
		return new Date(-62_135_769_600_001L);
	}

	@Row
	Date timestampAsDate(String id) {
		return timestamp(id);
	}

	@Row
	Timestamp timestamp(String id) {
		Timestamp timestamp = new Timestamp(-1_000);
		timestamp.setNanos(123_456_789);
		return timestamp;
	}

	@Row
	java.sql.Date sqlDate(String id) {
		return new java.sql.Date(1_234_567_890_123L);
	}

	@Row
	java.sql.Time sqlTime(String id) {
		return new java.sql.Time(1_234_567_890_123L);
	}

	@Row
	Legacy legacyMembers(String id) {
		return new Legacy(timestamp(id), date(id), List.of(date(id), timestamp(id)),
				Map.of(Instant.EPOCH, timestamp(id)));
	}

	// records and classes

	@Row
	Item record(String id) {
		return item();
	}

	@Row
	Item recordOfNulls(String id) {
		return new Item(null, null);
	}

	@Row
	NoComponents recordWithoutComponents(String id) {
		return new NoComponents();
	}

	@Row
	Page<Item> genericRecord(String id) {
		return new Page<>(List.of(item()), 7);
	}

	@Row
	Page<Page<Optional<Item>>> nestedGenericRecord(String id) {
		return new Page<>(List.of(new Page<>(List.of(Optional.of(item())), 1)), 1);
	}

	@Row(byState = true)
	WithArrays recordOfArrays(String id) {
		return new WithArrays(new byte[] { 1 }, new int[][] { { 2 } });
	}

	@Row
	Tree recursiveRecord(String id) {
		return new Tree("a", List.of(new Tree("b", List.of())));
	}

	@Row(byState = true)
	Bean bean(String id) {
		return Bean.of("b", 3);
	}

	@Row(byState = true)
	SubBean subclass(String id) {
		SubBean bean = new SubBean();
		bean.setName("b");
		bean.more = 7L;
		return bean;
	}

	@Row(byState = true)
	AllArguments allArguments(String id) {
		return new AllArguments("a", 1, List.of("x"));
	}

	@Row(byState = true)
	NoArgumentsButFinal finalFields(String id) {
		return new NoArgumentsButFinal("set", 9);
	}

	@Row(byState = true)
	Built built(String id) {
		return new Built.Builder().name("a").count(3).build();
	}

	@Row(byState = true)
	Annotated annotations(String id) {
		return new Annotated(1L, "secret", "fixed", new BigDecimal("1.10"));
	}

	@Row(byState = true)
	Annotated annotatedMembersOfNull(String id) {
		Annotated annotated = new Annotated();
		annotated.notNull = null;
		annotated.merged = List.of();
		return annotated;
	}

	@Row
	Label scalar(String id) {
		return new Label("a");
	}

	@Row(byState = true)
	Order entity(String id) {
		Order order = new Order();
		order.id = 7L;
		order.version = 2;
		order.total = new BigDecimal("9.90");
		order.tags.add("a");
		Order.Line line = new Order.Line();
		line.id = 8L;
		order.lines.add(line);
		return order;
	}

	@Row
	Payment sealedInterface(String id) {
		return new Card("4711");
	}

	@Row(as = ArrayList.class)
	List<Payment> listOfSealedInterface(String id) {
		return List.of(new Card("1"), new Cash());
	}

	@Row
	Page<Payment> genericOfSealedInterface(String id) {
		return new Page<>(List.of(new Cash(), new Card("2")), 2);
	}

	@Row(byState = true)
	Shape baseClass(String id) {
		return new Circle(3);
	}

	@Row
	ObjectNode tree(String id) {
		return JsonMapper.shared().createObjectNode().put("a", 1).putNull("b").put("c", new BigDecimal("1.50"));
	}

	@Row
	JsonNode textNode(String id) {
		return JsonMapper.shared().createArrayNode().add("x").add(true);
	}

	// HTTP

	@Row
	ResponseEntity<Item> responseEntity(String id) {
		return ResponseEntity.status(HttpStatus.CREATED)
			.location(URI.create("/items/1"))
			.header(HttpHeaders.SET_COOKIE, "a=1", ResponseCookie.from("b", "2").httpOnly(true).build().toString())
			.contentType(MediaType.APPLICATION_JSON)
			.body(item());
	}

	@Row
	ResponseEntity<Void> emptyResponseEntity(String id) {
		return ResponseEntity.status(299).header("x-custom", "").build();
	}

	@Row
	ResponseEntity<List<Item>> responseEntityOfList(String id) {
		return ResponseEntity.ok(new ArrayList<>(List.of(item())));
	}

	@Row
	ResponseEntity<Optional<Payment>> responseEntityOfPolymorphicOptional(String id) {
		return ResponseEntity.ok(Optional.of(new Card("1")));
	}

	@Row
	ResponseEntity<byte[]> responseEntityOfBytes(String id) {
		return ResponseEntity.ok(new byte[] { 1, -1 });
	}

	@Row(as = ArrayList.class)
	List<ResponseEntity<Item>> responseEntities(String id) {
		return List.of(responseEntity(id));
	}

	@Row
	HttpEntity<Item> httpEntity(String id) {
		HttpHeaders headers = new HttpHeaders();
		headers.add("X-A", "1");
		headers.add("X-A", "2");
		return new HttpEntity<>(item(), headers);
	}

	@Row
	HttpHeaders httpHeaders(String id) {
		HttpHeaders headers = new HttpHeaders();
		headers.add("X-A", "1");
		headers.add("x-a", "2");
		headers.setBearerAuth("t");
		return headers;
	}

	// later

	@Row
	CompletableFuture<Item> future(String id) {
		return CompletableFuture.supplyAsync(ReplayedResults::item);
	}

	@Row
	CompletableFuture<ResponseEntity<Item>> futureResponseEntity(String id) {
		return CompletableFuture.completedFuture(responseEntity(id));
	}

	@Row
	CompletionStage<Void> stage(String id) {
		return CompletableFuture.completedFuture(null);
	}

	@Row(as = ArrayList.class)
	Mono<List<Item>> mono(String id) {
		return Mono.just(List.of(item()));
	}

	@Row
	Mono<Item> emptyMono(String id) {
		return Mono.empty();
	}

	@Row
	Flux<Optional<Item>> flux(String id) {
		return Flux.just(Optional.of(item()), Optional.empty());
	}

	@Row
	Flux<Item> emptyFlux(String id) {
		return Flux.empty();
	}

	private static Item item() {
		return new Item("i", new BigDecimal("9.90"));
	}

	record Item(String id, BigDecimal amount) {

	}

	record NoComponents() {

	}

	record Page<T>(List<T> content, int total) {

	}

	record Tree(String name, List<Tree> children) {

	}

	@SuppressWarnings("ArrayRecordComponent")
	record WithArrays(byte[] bytes, int[][] ints) {

	}

	record WithOptionals(Optional<Item> item, OptionalInt number, List<String> list,
			Optional<Optional<String>> nested) {

	}

	record Legacy(Date timestamp, Date date, List<Date> dates, Map<Instant, Timestamp> byInstant) {

	}

	enum Color {

		RED {
			@Override
			public String toString() {
				return "rosso";
			}
		},
		GREEN

	}

	enum Renamed {

		@JsonProperty("eins")
		ONE;

		@Override
		public String toString() {
			return "the one";
		}

	}

	record Label(@JsonValue String text) {

		@JsonCreator(mode = JsonCreator.Mode.DELEGATING)
		Label {
		}

		@Override
		public String toString() {
			return "label " + this.text;
		}

	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
	@JsonSubTypes({ @JsonSubTypes.Type(Card.class), @JsonSubTypes.Type(Cash.class) })
	sealed interface Payment {

	}

	@JsonTypeName("card")
	record Card(String number) implements Payment {

	}

	@JsonTypeName("cash")
	record Cash() implements Payment {

	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.DEDUCTION)
	@JsonSubTypes({ @JsonSubTypes.Type(Circle.class), @JsonSubTypes.Type(Square.class) })
	abstract static class Shape {

		String name = "shape";

	}

	static class Circle extends Shape {

		int radius;

		Circle(int radius) {
			this.radius = radius;
		}

	}

	static class Square extends Shape {

		int side;

		Square(int side) {
			this.side = side;
		}

	}

	static class Bean {

		private String name;

		private int count;

		private final List<String> tags = new ArrayList<>();

		static Bean of(String name, int count) {
			Bean bean = new Bean();
			bean.setName(name);
			bean.count = count;
			bean.tags.add(name);
			return bean;
		}

		public String getDescription() {
			throw new IllegalStateException("computed");
		}

		public void setName(String name) {
			this.name = name + "!";
		}

		@Override
		public String toString() {
			return this.name + this.count + this.tags;
		}

	}

	static class SubBean extends Bean {

		Long more;

	}

	static final class AllArguments {

		private final String name;

		private final int count;

		private final List<String> tags;

		AllArguments(String name, int count, List<String> tags) {
			this.name = name;
			this.count = count;
			this.tags = tags;
		}

		@Override
		public String toString() {
			return this.name + this.count + this.tags;
		}

	}

	static final class NoArgumentsButFinal {

		private final String name;

		private final int count;

		NoArgumentsButFinal() {
			this(String.valueOf("default"), 0);
		}

		NoArgumentsButFinal(String name, int count) {
			this.name = name;
			this.count = count;
		}

		@Override
		public String toString() {
			return this.name + this.count;
		}

	}

	@JsonDeserialize(builder = Built.Builder.class)
	static final class Built {

		private final String name;

		private final int count;

		private Built(Builder builder) {
			this.name = builder.name;
			this.count = builder.countSet ? builder.countValue : 7;
		}

		@Override
		public String toString() {
			return this.name + this.count;
		}

		@JsonPOJOBuilder(withPrefix = "")
		static final class Builder {

			private String name;

			private int countValue;

			private boolean countSet;

			Builder name(String name) {
				this.name = name;
				return this;
			}

			Builder count(int count) {
				this.countValue = count;
				this.countSet = true;
				return this;
			}

			Built build() {
				return new Built(this);
			}

		}

	}

	@JsonAutoDetect(fieldVisibility = JsonAutoDetect.Visibility.NONE, getterVisibility = JsonAutoDetect.Visibility.ANY)
	@JsonIgnoreProperties(ignoreUnknown = true)
	@JsonInclude(JsonInclude.Include.NON_EMPTY)
	@JsonFilter("none")
	static class Annotated {

		@JsonSetter(nulls = Nulls.SKIP)
		private String notNull = "default";

		@JsonMerge
		private List<String> merged = new ArrayList<>(List.of("default"));

		@JsonRawValue
		private String raw = "[1]";

		@JsonSerialize(converter = Shout.class)
		private String quiet = "quiet";

		@JsonSerialize(keyUsing = ToStringSerializer.class, contentUsing = ToStringSerializer.class)
		private Map<String, Long> numbers = new LinkedHashMap<>(Map.of("a", 1L));

		@JsonSerialize(using = ToStringSerializer.class)
		private Long id;

		@JsonProperty(access = JsonProperty.Access.WRITE_ONLY)
		private String secret;

		@JsonProperty(value = "renamed", access = JsonProperty.Access.READ_ONLY)
		private String fixed;

		@JsonFormat(shape = JsonFormat.Shape.STRING)
		private BigDecimal amount;

		Annotated() {
		}

		Annotated(Long id, String secret, String fixed, BigDecimal amount) {
			this.id = id;
			this.secret = secret;
			this.fixed = fixed;
			this.amount = amount;
		}

		@JsonProperty
		String getSummary() {
			return this.id + this.secret;
		}

		@Override
		public String toString() {
			return this.id + this.secret + this.fixed + this.amount + this.notNull + this.merged + this.raw + this.quiet
					+ this.numbers;
		}

		static class Shout extends StdConverter<String, String> {

			@Override
			public String convert(String value) {
				return value.toUpperCase(Locale.ROOT);
			}

		}

	}

	@Entity
	static class Order {

		@Id
		@GeneratedValue
		private Long id;

		@Version
		private int version;

		private BigDecimal total;

		@ElementCollection
		private final Set<String> tags = new LinkedHashSet<>();

		@OneToMany
		private final List<Line> lines = new ArrayList<>();

		@Override
		public String toString() {
			return this.id + "/" + this.version + this.total;
		}

		@Entity
		static class Line {

			@Id
			private Long id;

			@Override
			public String toString() {
				return "line " + this.id;
			}

		}

	}

}
