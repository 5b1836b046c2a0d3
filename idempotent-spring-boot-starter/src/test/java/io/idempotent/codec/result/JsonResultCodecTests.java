package io.idempotent.codec.result;

import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.nio.ByteBuffer;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Currency;
import java.util.Date;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import org.hibernate.LazyInitializationException;
import org.hibernate.collection.spi.PersistentBag;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.annotation.JsonPOJOBuilder;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.HttpEntity;
import org.springframework.http.ResponseEntity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static org.mockito.Answers.RETURNS_DEEP_STUBS;
import static org.mockito.Mockito.mock;

@SuppressWarnings("JavaUtilDate") // results of others
class JsonResultCodecTests {

	private final JsonResultCodec codec = new JsonResultCodec();

	@ParameterizedTest
	@MethodSource("results")
	void aResultReplaysAsItWas(Object result, Type type) {
		assertThat(replay(result, type)).isEqualTo(result).hasSameClassAs(result);
	}

	static Stream<Arguments> results() {
		return Stream.of(arguments("text \u00e4\u20ac\ud83d\ude00\u0000", String.class), arguments("", String.class),
				arguments("null", String.class), arguments(true, boolean.class), arguments((byte) -1, byte.class),
				arguments((short) 7, short.class), arguments('x', char.class), arguments(0, int.class),
				arguments(Integer.MIN_VALUE, Integer.class), arguments(Long.MAX_VALUE, long.class),
				arguments(1L, Long.class), arguments(0.1f, float.class), arguments(Double.MIN_VALUE, double.class),
				arguments(Double.NaN, Double.class), arguments(Double.NEGATIVE_INFINITY, double.class),
				arguments(new BigDecimal("1.00"), BigDecimal.class),
				arguments(new BigDecimal("1E+3"), BigDecimal.class),
				arguments(new BigDecimal("1E-999999999"), BigDecimal.class),
				arguments(BigInteger.TEN.pow(2000), BigInteger.class), arguments(Color.RED, Color.class),
				arguments(UUID.randomUUID(), UUID.class), arguments(URI.create("https://a/b?c"), URI.class),
				arguments(Locale.GERMANY, Locale.class), arguments(Currency.getInstance("EUR"), Currency.class),
				arguments(new Receipt("r", new BigDecimal("9.90")), Receipt.class),
				arguments(new Nested(List.of(Optional.of(new Receipt("r", BigDecimal.ONE))), Map.of(Color.RED, 1L)),
						Nested.class),
				arguments(new Empty(), Empty.class), arguments(new Immutable("a", 1), Immutable.class),
				arguments(new Id("x"), Id.class), arguments(new Bean("b", 3), Bean.class),
				arguments(new WithFactory("f"), WithFactory.class),
				arguments(new Sparse(null, List.of(), Instant.ofEpochSecond(1, 1)), Sparse.class),
				arguments(new Card("4711"), Payment.class), arguments(new Cash(), Payment.class));
	}

	@ParameterizedTest
	@MethodSource("times")
	void timesKeepZoneAndNanoseconds(Object time) {
		assertThat(replay(time, time.getClass())).isEqualTo(time);
	}

	static Stream<Object> times() {
		LocalDateTime local = LocalDateTime.of(2026, 10, 25, 2, 30, 0, 123_456_789);
		return Stream.of(local, local.toLocalDate(), local.toLocalTime(), LocalDate.MIN, LocalDate.MAX, LocalTime.MAX,
				LocalTime.MIDNIGHT, local.toInstant(ZoneOffset.UTC), Instant.ofEpochSecond(-1, 1),
				local.atOffset(ZoneOffset.ofHours(5)), OffsetDateTime.MAX, OffsetTime.of(1, 2, 3, 4, ZoneOffset.MIN),
				ZonedDateTime.ofLocal(local, ZoneId.of("Europe/Berlin"), ZoneOffset.ofHours(1)),
				ZonedDateTime.ofLocal(local, ZoneId.of("Europe/Berlin"), ZoneOffset.ofHours(2)),
				local.atZone(ZoneId.of("UTC")), local.atZone(ZoneOffset.UTC), Duration.ofSeconds(-5, 1),
				Period.of(1, 2, 3), Year.of(2026), YearMonth.of(2026, 2), MonthDay.of(2, 29), ZoneOffset.ofHours(3),
				DayOfWeek.FRIDAY);
	}

	@ParameterizedTest
	@MethodSource("generics")
	void genericResultsReplayWithTheTypesOfTheirElements(Object result, ParameterizedTypeReference<?> type) {
		assertThat(replay(result, type.getType())).isEqualTo(result);
	}

	static Stream<Arguments> generics() {
		Receipt receipt = new Receipt("r", new BigDecimal("1.10"));
		return Stream.of(arguments(List.of(receipt), new ParameterizedTypeReference<List<Receipt>>() {
		}), arguments(Arrays.asList(receipt, null), new ParameterizedTypeReference<List<Receipt>>() {
		}), arguments(List.of(1L, 2L), new ParameterizedTypeReference<List<? extends Long>>() {
		}), arguments(Set.of(Color.RED), new ParameterizedTypeReference<Set<Color>>() {
		}), arguments(Map.of("a", List.of(receipt)), new ParameterizedTypeReference<Map<String, List<Receipt>>>() {
		}), arguments(Map.of(1L, receipt), new ParameterizedTypeReference<Map<Long, Receipt>>() {
		}), arguments(new EnumMap<>(Map.of(Color.RED, 1)), new ParameterizedTypeReference<EnumMap<Color, Integer>>() {
		}), arguments(new TreeMap<>(Map.of("b", 1L)), new ParameterizedTypeReference<SortedMap<String, Long>>() {
		}), arguments(new Page<>(List.of(receipt), 7), new ParameterizedTypeReference<Page<Receipt>>() {
		}), arguments(List.of(new Card("1"), new Cash()), new ParameterizedTypeReference<List<Payment>>() {
		}), arguments(Optional.of(List.of(receipt)), new ParameterizedTypeReference<Optional<List<Receipt>>>() {
		}), arguments(Optional.of(""), new ParameterizedTypeReference<Optional<String>>() {
		}), arguments(OptionalInt.of(0), ParameterizedTypeReference.forType(OptionalInt.class)),
				arguments(OptionalLong.empty(), ParameterizedTypeReference.forType(OptionalLong.class)),
				arguments(OptionalDouble.of(0.5), ParameterizedTypeReference.forType(OptionalDouble.class)));
	}

	@Test
	void arraysReplayElementByElement() {
		assertThat((byte[]) replay(new byte[] { 0, -1 }, byte[].class)).containsExactly(0, -1);
		assertThat((Receipt[]) replay(new Receipt[] { null }, Receipt[].class)).containsExactly((Receipt) null);
		assertThat((long[]) replay(new long[] { 1 }, long[].class)).containsExactly(1);
		assertThat((char[]) replay(new char[] { 'a' }, char[].class)).containsExactly('a');
	}

	@Test
	void aRecordedOptionalEmptyReplaysAsOptionalEmpty() {
		Type type = new ParameterizedTypeReference<Optional<Receipt>>() {
		}.getType();

		assertThat(replay(Optional.empty(), type)).isEqualTo(Optional.empty());
	}

	@ParameterizedTest
	@ValueSource(classes = { void.class, Void.class, String.class, List.class, Optional.class, Receipt.class,
			Integer.class, JsonNode.class })
	void nullReplaysAsNull(Class<?> type) {
		assertThat(this.codec.encode(null, type)).containsExactly(0);
		assertThat(this.codec.decode(new byte[] { 0 }, type)).isNull();
	}

	@Test
	void aTreeReplaysWithItsDigits() {
		JsonNode tree = JsonMapper.builder().build().readTree("{\"a\":[1,null,\"x\"]}");

		assertThat(replay(tree, JsonNode.class)).isEqualTo(tree);
		assertThat(this.codec.decode(stored("{\"a\":1.50}"), JsonNode.class)).hasToString("{\"a\":1.50}");
	}

	@Test
	void stateCountsAndComputedGettersDoNot() {
		byte[] bytes = this.codec.encode(new Bean("b", 3), Bean.class);

		assertThat(new String(bytes, 1, bytes.length - 1, StandardCharsets.UTF_8)).contains("\"count\":3")
			.doesNotContain("description");
	}

	@ParameterizedTest
	@MethodSource("changedTypes")
	void aChangedReturnTypeIsDetected(String json, Type type) {
		assertThatException().isThrownBy(() -> this.codec.decode(stored(json), type));
	}

	static Stream<Arguments> changedTypes() {
		return Stream.of(arguments("{\"id\":\"r\",\"amount\":1,\"new\":1}", Receipt.class),
				arguments("{\"id\":\"r\"}", Receipt.class), arguments("{\"id\":1,\"amount\":1}", Receipt.class),
				arguments("{\"id\":\"r\",\"amount\":\"1\"}", Receipt.class), arguments("[]", Receipt.class),
				arguments("\"\"", Receipt.class), arguments("{\"name\":\"b\",\"count\":null}", Bean.class),
				arguments("{\"name\":true,\"count\":1}", Bean.class),
				arguments("{\"name\":\"b\",\"count\":1.0}", Bean.class), arguments("1", String.class),
				arguments("true", String.class), arguments("1.5", String.class), arguments("\"1\"", int.class),
				arguments("\"1\"", Long.class), arguments("\"\"", Integer.class), arguments("1.0", int.class),
				arguments("1.5", Long.class), arguments("1.0", BigInteger.class), arguments("\"1\"", BigDecimal.class),
				arguments("\"true\"", boolean.class), arguments("1", boolean.class),
				arguments("99999999999", int.class), arguments("300", byte.class), arguments("0", Color.class),
				arguments("\"\"", Color.class), arguments("\"BLUE\"", Color.class), arguments("\"\"", UUID.class),
				arguments("\"\"", LocalDate.class), arguments("0", LocalDate.class), arguments("1", Instant.class),
				arguments("65", char.class), arguments("\"\"", char.class), arguments("\"ab\"", char.class),
				arguments("true", Integer.class), arguments("true", double.class), arguments("\"1\"", double.class),
				arguments("null", String.class), arguments("null", int.class), arguments("{}", List.class),
				arguments("\"a\"", String[].class), arguments("{} {}", JsonNode.class), arguments("1 2", int.class),
				arguments("", String.class), arguments("1", void.class), arguments("{", JsonNode.class),
				arguments("1", Id.class), arguments("\"x\"", Id.class), arguments("1", Duration.class),
				arguments("1", OptionalInt[].class), arguments("\"1\"", OptionalInt.class),
				arguments("{\"@type\":\"gold\"}", Payment.class), arguments("{}", Payment.class),
				arguments("{\"text\":\"x\",\"new\":1}", Lenient.class), arguments("[1,2]", OptionalInt.class),
				arguments("null", OptionalInt.class), arguments("\"1970-01-01T00:00:00Z\"", Date.class),
				arguments("\"sql-date 1970-01-01T00:00:00Z\"", Timestamp.class));
	}

	@Test
	void nullIsNoPrimitive() {
		assertThatException().isThrownBy(() -> this.codec.decode(new byte[] { 0 }, int.class));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "\u0002", "\u0002{}", "\u0000x", "{}" })
	void bytesOfAnotherFormatAreRefused(String bytes) {
		assertThatException()
			.isThrownBy(() -> this.codec.decode(bytes.getBytes(StandardCharsets.UTF_8), JsonNode.class));
	}

	@Test
	void aValueOfAVoidMethodIsRefused() {
		assertThatException().isThrownBy(() -> this.codec.encode("x", void.class));
	}

	@Test
	void aSubclassWithStateOfItsOwnIsNotReplayedAsHalfOfIt() {
		byte[] bytes = this.codec.encode(new SpecialBean(), Bean.class);

		assertThatException().isThrownBy(() -> this.codec.decode(bytes, Bean.class));
	}

	@ParameterizedTest
	@MethodSource("inexact")
	void aValueThatWouldComeBackAsAnotherIsUnavailable(Object result, Type type) {
		this.codec.validate(type);
		assertThatException().isThrownBy(() -> this.codec.decode(this.codec.encode(result, type), type));
	}

	static Stream<Arguments> inexact() {
		return Stream.of(arguments(new SameBean(), Bean.class), arguments(new Bean() {
		}, Bean.class), arguments(List.of(new SameBean()), new ParameterizedTypeReference<List<Bean>>() {
		}.getType()), arguments(List.of(new SpecialBean()), new ParameterizedTypeReference<List<Bean>>() {
		}.getType()), arguments(new Page<>(List.of(new SameBean()), 1), new ParameterizedTypeReference<Page<Bean>>() {
		}.getType()), arguments(new OwnDate(), Date.class), arguments(new Timestamp(0), java.sql.Date.class),
				arguments(new Locale("no", "NO", "NY"), Locale.class),
				arguments(ResponseEntity.ok("x"), new ParameterizedTypeReference<HttpEntity<String>>() {
				}.getType()),
				arguments(Collections.singletonMap(null, 1), new ParameterizedTypeReference<Map<String, Integer>>() {
				}.getType()), arguments(new Loop(), Loop.class), arguments(new Unlisted(), WithDefault.class),
				arguments(Optional.of(new SameBean()), new ParameterizedTypeReference<Optional<Bean>>() {
				}.getType()),
				arguments(Map.of("a", new SpecialBean()), new ParameterizedTypeReference<Map<String, Bean>>() {
				}.getType()),
				arguments(ResponseEntity.ok(new SpecialBean()), new ParameterizedTypeReference<ResponseEntity<Bean>>() {
				}.getType()), arguments(ResponseEntity.ok(List.of(new SameBean())),
						new ParameterizedTypeReference<ResponseEntity<List<Bean>>>() {
						}.getType()),
				arguments(new Bean[] { new SpecialBean() }, Bean[].class));
	}

	@Test
	void aSubclassThatIsDeclaredReplaysAsItself() {
		assertThat(replay(new SameBean(), SameBean.class)).isExactlyInstanceOf(SameBean.class);
	}

	@Test
	void aSubclassWithABuilderOfItsOwnReplaysAsItself() {
		assertThat(replay(new BuiltBean.Builder().build(), BuiltBean.class)).isExactlyInstanceOf(BuiltBean.class);
	}

	@Test
	void aCollectionOfHibernateReplaysAsOneOfTheJdkIfItWasLoadedAndElseIsUnavailable() {
		SharedSessionContractImplementor session = mock(SharedSessionContractImplementor.class, RETURNS_DEEP_STUBS);
		Sparse loaded = new Sparse(null, new PersistentBag<>(session, List.of("a", "b")), Instant.EPOCH);
		Sparse notLoaded = new Sparse(null, new PersistentBag<>(), Instant.EPOCH);

		assertThat(replay(loaded, Sparse.class)).isEqualTo(new Sparse(null, List.of("a", "b"), Instant.EPOCH));
		assertThatException().isThrownBy(() -> this.codec.encode(notLoaded, Sparse.class))
			.withRootCauseInstanceOf(LazyInitializationException.class);
	}

	@Test
	void textKeepsItsSurrogatesWhereverTheyAre() {
		for (int length = 3_900; length < 4_100; length++) {
			for (String text : List.of("\ud83d\ude00", "\ud83d", "\ude00", "\u20ac")) {
				String result = "x".repeat(length) + text + "y".repeat(4_000) + text;
				assertThat(replay(result, String.class)).isEqualTo(result);
			}
		}
	}

	@Test
	void anOpaqueObjectIsNeverStored() {
		assertThatException().isThrownBy(() -> this.codec.encode(new Opaque(), Opaque.class));
	}

	/** The bytes of a result with the given JSON. */
	static byte[] stored(String json) {
		byte[] value = ("\u0001{\"value\":" + json + "}").getBytes(StandardCharsets.UTF_8);
		CRC32C checksum = new CRC32C();
		checksum.update(value);
		return ByteBuffer.allocate(value.length + 4).put(value).putInt((int) checksum.getValue()).array();
	}

	private Object replay(Object result, Type type) {
		this.codec.validate(type);
		return this.codec.decode(this.codec.encode(result, type), type);
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

	record Receipt(String id, BigDecimal amount) {

	}

	record Nested(List<Optional<Receipt>> receipts, Map<Color, Long> counts) {

	}

	record Page<T>(List<T> content, int total) {

	}

	record Empty() {

	}

	@JsonInclude(JsonInclude.Include.NON_EMPTY)
	record Sparse(String text, List<String> list, @JsonFormat(pattern = "yyyy", timezone = "UTC") Instant at) {

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

	static final class Opaque {

	}

	static final class Immutable {

		private final String name;

		private final int count;

		Immutable(String name, int count) {
			this.name = name;
			this.count = count;
		}

		@Override
		public boolean equals(Object other) {
			return other instanceof Immutable that && this.name.equals(that.name) && this.count == that.count;
		}

		@Override
		public int hashCode() {
			return this.count;
		}

	}

	static final class Id {

		private final String value;

		Id(String value) {
			this.value = value;
		}

		@Override
		public boolean equals(Object other) {
			return other instanceof Id that && this.value.equals(that.value);
		}

		@Override
		public int hashCode() {
			return this.value.hashCode();
		}

	}

	static final class WithFactory {

		private final String value;

		private WithFactory(String value) {
			this.value = value;
		}

		@JsonCreator
		static WithFactory of(@JsonProperty("v") String value) {
			return new WithFactory(value);
		}

		@JsonProperty("v")
		String getIt() {
			return this.value;
		}

		@Override
		public boolean equals(Object other) {
			return other instanceof WithFactory that && this.value.equals(that.value);
		}

		@Override
		public int hashCode() {
			return this.value.hashCode();
		}

	}

	static class Bean {

		private String name;

		private int count;

		private final List<String> tags = new ArrayList<>();

		Bean() {
		}

		Bean(String name, int count) {
			setName(name);
			this.count = count;
			this.tags.add(name);
		}

		public String getDescription() {
			throw new IllegalStateException("computed");
		}

		@Override
		public String toString() {
			return this.name + this.count + this.tags;
		}

		public void setName(String name) {
			this.name = name + "!";
		}

		@Override
		public boolean equals(Object other) {
			return other instanceof Bean that && Objects.equals(this.name, that.name) && this.count == that.count
					&& this.tags.equals(that.tags);
		}

		@Override
		public int hashCode() {
			return this.count;
		}

	}

	static final class SameBean extends Bean {

	}

	@JsonDeserialize(builder = BuiltBean.Builder.class)
	static final class BuiltBean extends Bean {

		@JsonPOJOBuilder
		static final class Builder {

			private String name;

			private int count;

			private List<String> tags;

			BuiltBean build() {
				return new BuiltBean();
			}

			@Override
			public String toString() {
				return this.name + this.count + this.tags;
			}

		}

	}

	@JsonIgnoreProperties(ignoreUnknown = true)
	record Lenient(String text) {

	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, defaultImpl = Listed.class)
	@JsonSubTypes(@JsonSubTypes.Type(Listed.class))
	interface WithDefault {

	}

	record Listed() implements WithDefault {

	}

	record Unlisted() implements WithDefault {

	}

	static final class OwnDate extends Date {

	}

	static final class Loop {

		private final Loop[] self = { this };

		@Override
		public String toString() {
			return "loop of " + this.self.length;
		}

	}

	static final class SpecialBean extends Bean {

		private final String extra = "x";

		String extra() {
			return this.extra;
		}

	}

}
