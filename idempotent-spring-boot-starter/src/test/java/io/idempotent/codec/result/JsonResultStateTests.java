package io.idempotent.codec.result;

import java.io.Serializable;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;
import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonGetter;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonIncludeProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.annotation.JsonView;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.EnumNamingStrategies;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.EnumNaming;
import tools.jackson.databind.annotation.JsonAppend;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.annotation.JsonNaming;
import tools.jackson.databind.annotation.JsonPOJOBuilder;
import tools.jackson.databind.annotation.JsonSerialize;
import tools.jackson.databind.ser.std.ToStringSerializer;

import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * What is stored of a result is its state, whatever annotations, accessors and factories
 * of its classes answer.
 */
class JsonResultStateTests {

	private final JsonResultCodec codec = new JsonResultCodec();

	@ParameterizedTest
	@MethodSource({ "constants", "annotated" })
	void aResultReplaysWithTheStateOfItsFields(Object result, Type type) {
		assertThat(replay(result, type)).hasSameClassAs(result)
			.usingRecursiveComparison()
			.withStrictTypeChecking()
			.isEqualTo(result);
	}

	static Stream<Arguments> constants() {
		return Stream.of(
				Stream
					.of(Parsed.values(), Valued.values(), Renamed.values(), Swapped.values(), Shaped.values(),
							Serialized.values(), Named.values())
					.flatMap(Stream::of)
					.map((constant) -> arguments(constant, constant.getDeclaringClass())),
				Stream.of(arguments(new ArrayList<>(List.of(Parsed.ACTIVE, Parsed.UNKNOWN)),
						type(new ParameterizedTypeReference<ArrayList<Parsed>>() {
						})),
						arguments(Optional.of(Swapped.ONE), type(new ParameterizedTypeReference<Optional<Swapped>>() {
						})),
						arguments(EnumSet.of(Parsed.ACTIVE), type(new ParameterizedTypeReference<EnumSet<Parsed>>() {
						})), arguments(new EnumMap<>(Map.of(Parsed.ACTIVE, Valued.ON)),
								type(new ParameterizedTypeReference<EnumMap<Parsed, Valued>>() {
								})),
						arguments(new LinkedHashMap<>(Map.of(Valued.ON, new ArrayList<>(List.of(Parsed.ACTIVE)))),
								type(new ParameterizedTypeReference<LinkedHashMap<Valued, ArrayList<Parsed>>>() {
								})),
						arguments(new Account(Parsed.ACTIVE, Map.of(Swapped.ONE, 1), Optional.of(Renamed.ONE)),
								Account.class),
						arguments(new Box<>(new Box<>(Parsed.ACTIVE)),
								type(new ParameterizedTypeReference<Box<Box<Parsed>>>() {
								})),
						arguments(new Parsed[] { Parsed.ACTIVE, null }, Parsed[].class)))
			.flatMap((stream) -> stream);
	}

	static Stream<Arguments> annotated() {
		return Stream.of(arguments(new Card("4711"), Card.class), arguments(new Masked("4711"), Masked.class),
				arguments(new MaskedByGetter("4711"), MaskedByGetter.class),
				arguments(new HiddenByGetter("secret"), HiddenByGetter.class),
				arguments(new ShoutingSetter("a"), ShoutingSetter.class),
				arguments(new OtherTypeOfGetter("a"), OtherTypeOfGetter.class),
				arguments(new OtherTypeOfGetter(null), OtherTypeOfGetter.class),
				arguments(new Any("1", Map.of("k", "v")), Any.class),
				arguments(new Unwrapped(new Name("Ada", null), null), Unwrapped.class),
				arguments(new MaskedRecord("4711", "b"), MaskedRecord.class),
				arguments(new RecordWithFactory("a"), RecordWithFactory.class),
				arguments(new RecordWithValue(new Name("a", "b")), RecordWithValue.class),
				arguments(BuiltByHand.builder().name("n").build(), BuiltByHand.class),
				arguments(new Trimmed(" a "), Trimmed.class), arguments(new Data("a", 3), Data.class),
				arguments(new Data("a", 0), Data.class), arguments(Built.builder().name("n").build(), Built.class),
				arguments(new Viewed("a"), Viewed.class), arguments(new Appended("a"), Appended.class),
				arguments(new Formatted(new BigDecimal("1.10")), Formatted.class),
				arguments(new ByCreator("4711", true), ByCreator.class),
				arguments(new TwoNames("4711"), TwoNames.class),
				arguments(new Leaving(new Secretive("a", "b")), Leaving.class),
				arguments(new Secretive("a", "b"), Secretive.class), arguments(new Snake("a", "b"), Snake.class),
				arguments(new Answered(HttpStatus.CONFLICT), Answered.class));
	}

	@Test
	void anAccessorGivesWhatACreatorAsksForUnderAnotherNameThanThatOfTheField() {
		assertThat(replay(new OtherName("a"), OtherName.class)).usingRecursiveComparison()
			.isEqualTo(new OtherName("a"));
	}

	private Object replay(Object result, Type type) {
		this.codec.validate(type);
		return this.codec.decode(this.codec.encode(result, type), type);
	}

	private static Type type(ParameterizedTypeReference<?> type) {
		return type.getType();
	}

	enum Parsed {

		ACTIVE("active"), UNKNOWN("?");

		private final String code;

		Parsed(String code) {
			this.code = code;
		}

		@JsonCreator
		static Parsed parse(String code) {
			return Stream.of(values()).filter((one) -> one.code.equals(code)).findFirst().orElse(UNKNOWN);
		}

	}

	enum Valued {

		ON("same"), OFF("same");

		@JsonValue
		private final String text;

		Valued(String text) {
			this.text = text;
		}

		@Override
		public String toString() {
			return this.text;
		}

	}

	enum Renamed {

		@JsonProperty("")
		ONE, @JsonProperty("ONE")
		TWO {
			@Override
			public String toString() {
				return "ONE";
			}
		}

	}

	enum Swapped {

		@JsonProperty("TWO")
		ONE, @JsonProperty("ONE")
		@JsonAlias("TWO")
		TWO, @JsonEnumDefaultValue
		THREE

	}

	@JsonFormat(shape = JsonFormat.Shape.NUMBER)
	enum Shaped implements Supplying {

		FIRST, SECOND {
			@Override
			public String get() {
				return "second";
			}
		}

	}

	interface Supplying {

		default String get() {
			return "first";
		}

	}

	@JsonSerialize(using = ToStringSerializer.class)
	@JsonDeserialize(using = tools.jackson.databind.deser.jdk.StringDeserializer.class)
	enum Serialized {

		A;

		@JsonCreator
		static Serialized of(@JsonProperty("name") String name) {
			return valueOf(name + name);
		}

	}

	@EnumNaming(EnumNamingStrategies.LowerCamelCaseStrategy.class)
	enum Named {

		FIRST_ONE

	}

	record Account(Parsed state, Map<Swapped, Integer> counts, Optional<Renamed> renamed) {

	}

	record Box<T>(T content) {

	}

	static class Card {

		private String pan;

		Card() {
		}

		Card(String pan) {
			this.pan = pan;
		}

		@JsonProperty("pan")
		public String getPan() {
			return "****" + this.pan.length();
		}

	}

	static class Masked {

		private String pan;

		Masked() {
		}

		Masked(String pan) {
			this.pan = pan;
		}

		@JsonProperty("card_number")
		@JsonSerialize(using = ToStringSerializer.class)
		public Integer getPan() {
			return this.pan.length();
		}

	}

	static class MaskedByGetter {

		@JsonProperty("number")
		private final String pan;

		@JsonCreator
		MaskedByGetter(@JsonProperty("number") String pan) {
			this.pan = pan;
		}

		@JsonGetter("number")
		String masked() {
			return "****" + this.pan.length();
		}

	}

	static class HiddenByGetter {

		private String secret;

		HiddenByGetter() {
		}

		HiddenByGetter(String secret) {
			this.secret = secret;
		}

		@JsonIgnore
		public String getSecret() {
			return this.secret;
		}

		@JsonProperty
		public void setSecret(String secret) {
			this.secret = secret + "!";
		}

	}

	static class ShoutingSetter {

		private String text;

		ShoutingSetter() {
		}

		ShoutingSetter(String text) {
			this.text = text;
		}

		@JsonSetter("text")
		void shout(String text) {
			this.text = text.toUpperCase(Locale.ROOT);
		}

		String text() {
			return this.text;
		}

	}

	static class OtherTypeOfGetter {

		private String text;

		OtherTypeOfGetter() {
		}

		OtherTypeOfGetter(String text) {
			this.text = text;
		}

		@JsonProperty("text")
		public Optional<Object> getText() {
			return Optional.ofNullable(this.text);
		}

	}

	static class Any {

		private String id;

		private Map<String, String> more = new LinkedHashMap<>();

		Any() {
		}

		Any(String id, Map<String, String> more) {
			this.id = id;
			this.more.putAll(more);
		}

		@JsonAnyGetter
		public Map<String, String> getMore() {
			return Map.of("id", String.valueOf(this.id));
		}

		@JsonAnySetter
		public void add(String name, String value) {
			this.more.put(name, value + "!");
		}

	}

	record Name(String first, String last) {

	}

	record Unwrapped(@JsonUnwrapped Name one, @JsonUnwrapped Name other) {

	}

	record MaskedRecord(@JsonProperty("x") String pan, String b) {

		@Override
		@JsonProperty("x")
		public String pan() {
			return "****";
		}

		@JsonProperty("b")
		public String getOther() {
			return this.pan;
		}

	}

	record RecordWithFactory(String text) {

		@JsonCreator
		static RecordWithFactory of(@JsonProperty("other") String other) {
			return new RecordWithFactory(other + "!");
		}

	}

	record RecordWithValue(Name name) {

		@JsonCreator
		static RecordWithValue of(String text) {
			return new RecordWithValue(
					new Name(text.substring(0, text.indexOf(' ')), text.substring(text.indexOf(' ') + 1)));
		}

		@JsonValue
		String text() {
			return this.name.first() + " " + this.name.last();
		}

	}

	record Trimmed(String text) {

		Trimmed {
			text = text.trim();
		}

	}

	/** As Kotlin compiles a data class with default values. */
	static final class Data {

		private final String name;

		private final int count;

		Data(String name, int count) {
			this.name = name;
			this.count = count;
		}

		String component1() {
			return this.name;
		}

		int component2() {
			return this.count;
		}

		Data copy(String name, int count) {
			return new Data(name, count);
		}

		public String getName() {
			return "Data " + this.name;
		}

		@JsonProperty("count")
		public int getCount() {
			return this.count + 1;
		}

	}

	/** As Lombok's Jacksonized makes it. */
	@JsonDeserialize(builder = Built.BuiltBuilder.class)
	static final class Built {

		@JsonProperty("n")
		private final String name;

		Built(String name) {
			this.name = name;
		}

		static BuiltBuilder builder() {
			return new BuiltBuilder();
		}

		@JsonProperty("n")
		public String getName() {
			return "****" + this.name.length();
		}

		@JsonPOJOBuilder(withPrefix = "", buildMethodName = "build")
		static final class BuiltBuilder {

			private String name;

			@JsonProperty("n")
			BuiltBuilder name(String name) {
				this.name = name;
				return this;
			}

			Built build() {
				return new Built(this.name);
			}

		}

	}

	@JsonDeserialize(builder = BuiltByHand.Builder.class)
	static final class BuiltByHand {

		private final String name;

		BuiltByHand(String name) {
			this.name = name;
		}

		static Builder builder() {
			return new Builder();
		}

		@JsonProperty
		public String getName() {
			return "****" + this.name.length();
		}

		static final class Builder {

			private String text;

			@JsonProperty("name")
			Builder name(String name) {
				this.text = name;
				return this;
			}

			BuiltByHand build() {
				return new BuiltByHand(this.text);
			}

		}

	}

	static class Viewed {

		@JsonView(String.class)
		private String text;

		Viewed() {
		}

		Viewed(String text) {
			this.text = text;
		}

		String text() {
			return this.text;
		}

	}

	@JsonAppend(attrs = @JsonAppend.Attr("more"))
	record Appended(String text) {

	}

	record Formatted(@JsonFormat(shape = JsonFormat.Shape.STRING, pattern = "0") BigDecimal amount) {

	}

	static final class ByCreator {

		private final String pan;

		private final boolean test;

		@JsonCreator
		ByCreator(@JsonProperty("pan") String number, @JsonProperty("test") boolean flag) {
			this.pan = number;
			this.test = flag;
		}

		@JsonProperty("pan")
		public String getPan() {
			return this.test ? "****" : this.pan;
		}

		@JsonProperty("test")
		public boolean isTest() {
			return false;
		}

	}

	static final class TwoNames {

		@JsonProperty("pan")
		private String pan;

		TwoNames() {
		}

		TwoNames(String pan) {
			this.pan = pan;
		}

		@JsonProperty("masked")
		public String getPan() {
			return "****" + this.pan.length();
		}

	}

	record Leaving(@JsonIgnoreProperties("secret") Secretive content) {

	}

	@JsonIncludeProperties("name")
	record Secretive(String name, String secret) {

	}

	@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
	static final class Snake {

		private final String firstName;

		private final String lastName;

		Snake(String firstName, String lastName) {
			this.firstName = firstName;
			this.lastName = lastName;
		}

		@JsonProperty
		public String getFirstName() {
			return this.lastName + this.firstName;
		}

	}

	record Answered(HttpStatusCode status) {

	}

	static final class OtherName implements Serializable {

		private final String value;

		private OtherName(String value) {
			this.value = value;
		}

		@JsonCreator
		static OtherName of(@JsonProperty("v") String value) {
			return new OtherName(value);
		}

		@JsonProperty("v")
		String getIt() {
			return this.value;
		}

	}

}
