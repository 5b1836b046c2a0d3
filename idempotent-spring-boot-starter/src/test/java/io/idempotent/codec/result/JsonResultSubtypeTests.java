package io.idempotent.codec.result;

import java.io.Serializable;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.annotation.JsonDeserialize;

import org.springframework.core.ParameterizedTypeReference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * A result has its own class again, or is unavailable, and never a class that its
 * declared type does not permit.
 */
class JsonResultSubtypeTests {

	private final JsonResultCodec codec = new JsonResultCodec();

	@ParameterizedTest
	@MethodSource({ "annotated", "sealed" })
	void aResultReplaysAsItsOwnClass(Object result, Type type) {
		assertThat(replay(result, type)).hasSameClassAs(result)
			.usingRecursiveComparison()
			.withStrictTypeChecking()
			.isEqualTo(result);
	}

	static Stream<Arguments> annotated() {
		return Stream.of(arguments(new ExistingCard("4711"), Existing.class),
				arguments(new ExistingCash(), Existing.class), arguments(new ExistingCard("4711"), ExistingCard.class),
				arguments(new Person("a", null), Deduced.class), arguments(new Pet("a"), Deduced.class),
				arguments(new Employee("a"), Person2.class), arguments(new Person2("a"), Person2.class),
				arguments(new NoId1("a"), NoIds.class), arguments(new NoId2("a"), NoIds.class),
				arguments(new Same1("a"), SameId.class), arguments(new Same2("a"), SameId.class),
				arguments(new ByClass1("a"), ByClass.class), arguments(new Simple1("a"), Simple.class),
				arguments(new Minimal1("a"), Minimal.class), arguments(new Fallback("a"), WithFallback.class),
				arguments(new Other("a"), WithFallback.class), arguments(Kind.A, WithEnum.class),
				arguments(new NotKind("x"), WithEnum.class),
				arguments(new Payments(new Plain1("a"), new ArrayList<>(List.of(new Plain2("b")))), Payments.class),
				arguments(new LeafOfBranch("a"), Root.class), arguments(new LeafOfBranch("a"), Branch.class),
				arguments(new Typed("own", "x"), OwnMember.class));
	}

	static Stream<Arguments> sealed() {
		return Stream.of(arguments(new Paid("a"), State.class), arguments(new Refunded.Partly(3), State.class),
				arguments(new ArrayList<>(List.of(new Paid("a"), Failed.A)),
						new ParameterizedTypeReference<ArrayList<State>>() {
						}.getType()),
				arguments(Optional.of(new Paid("a")), new ParameterizedTypeReference<Optional<State>>() {
				}.getType()), arguments(new LinkedHashMap<>(Map.of("k", new Paid("a"))),
						new ParameterizedTypeReference<LinkedHashMap<String, State>>() {
						}.getType()),
				arguments(new Ok<>(new Paid("a")), new ParameterizedTypeReference<Result<State>>() {
				}.getType()), arguments(new State[] { Failed.A, null }, State[].class));
	}

	@ParameterizedTest
	@MethodSource("instances")
	void aSingletonReplaysAsTheInstance(Object instance, Type type) {
		assertThat(replay(instance, type)).isSameAs(instance);
	}

	static Stream<Arguments> instances() {
		return Stream.of(arguments(Pending.INSTANCE, State.class), arguments(Pending.INSTANCE, Pending.class),
				arguments(Lazy.instance(), Lazy.class), arguments(Lazy.instance(), HasSingletons.class),
				arguments(Level.HIGH, Level.class), arguments(Level.LOW, HasSingletons.class),
				arguments(Only.INSTANCE, HasSingletons.class), arguments(Stateful.INSTANCE, Stateful.class));
	}

	@Test
	void aSingletonReplaysAsTheInstanceInWhateverContainsIt() {
		Holder replay = (Holder) replay(
				new Holder(Pending.INSTANCE, List.of(Only.INSTANCE, Level.LOW), Optional.of(Lazy.instance())),
				Holder.class);

		assertThat(replay.state()).isSameAs(Pending.INSTANCE);
		assertThat(replay.list().get(0)).isSameAs(Only.INSTANCE);
		assertThat(replay.list().get(1)).isSameAs(Level.LOW);
		assertThat(replay.optional().orElseThrow()).isSameAs(Lazy.instance());
	}

	@Test
	void anObjectOfAClassWithConstantsThatIsNoneOfThemReplaysByItsState() {
		assertThat(replay(Amount.of(7), Amount.class)).isNotSameAs(Amount.ZERO)
			.usingRecursiveComparison()
			.isEqualTo(Amount.of(7));
		assertThat(replay(Amount.ZERO, Amount.class)).isSameAs(Amount.ZERO);
	}

	@ParameterizedTest
	@MethodSource("others")
	void anObjectOfAClassThatTheDeclaredTypeDoesNotPermitIsUnavailable(Object result, Type type) {
		this.codec.validate(type);
		assertThatException().isThrownBy(() -> this.codec.decode(this.codec.encode(result, type), type));
	}

	static Stream<Arguments> others() {
		io.idempotent.codec.v1.Receipt successor = new io.idempotent.codec.v2.Receipt();
		class Local extends Plain1 {

		}
		return Stream.of(arguments(successor, io.idempotent.codec.v1.Receipt.class),
				arguments(List.of(successor), new ParameterizedTypeReference<List<io.idempotent.codec.v1.Receipt>>() {
				}.getType()), arguments(Optional.of(successor),
						new ParameterizedTypeReference<Optional<io.idempotent.codec.v1.Receipt>>() {
						}.getType()),
				arguments(new Container(successor), Container.class), arguments(new Local(), Plain1.class),
				arguments(new Plain1("a") {
				}, Plain.class), arguments(new Plain1("a") {
				}, Plain1.class), arguments(new SubOfListed(), Deduced.class), arguments(new SubOfListed(), Pet.class),
				arguments(new SubOfListed(), ByImplementation.class), arguments(new Unlisted(), Existing.class),
				arguments(new Unlisted(), WithFallback.class));
	}

	@Test
	void aClassWithTheNameOfItsSuperclassReplaysAsItselfIfItIsDeclared() {
		assertThat(replay(new io.idempotent.codec.v2.Receipt(), io.idempotent.codec.v2.Receipt.class))
			.isExactlyInstanceOf(io.idempotent.codec.v2.Receipt.class);
	}

	@ParameterizedTest
	@ValueSource(strings = { "java.util.ArrayList", "io.idempotent.codec.result.JsonResultSubtypeTests$Unlisted",
			"io.idempotent.codec.result.JsonResultSubtypeTests$Plain1Extended", "Plain1Extended", "" })
	void whatIsStoredChoosesNoClassThatTheTypeDoesNotPermit(String name) {
		byte[] bytes = JsonResultCodecTests.stored("{\"#type\":\"" + name + "\",\"text\":\"a\"}");

		assertThatException().isThrownBy(() -> this.codec.decode(bytes, Plain.class));
	}

	@ParameterizedTest
	@ValueSource(classes = { ClassWithoutSubtypes.class, SealedWithIdentity.class, SealedWithStream.class,
			NothingPermitted.class })
	void aTypeWhoseSubtypesAreNotKnownOrCannotBeReadBackIsRefusedAtStart(Class<?> type) {
		for (int i = 0; i < 2; i++) {
			assertThatIllegalArgumentException().isThrownBy(() -> this.codec.validate(type))
				.withMessageContaining("cannot be read back from JSON");
		}
	}

	private Object replay(Object result, Type type) {
		this.codec.validate(type);
		return this.codec.decode(this.codec.encode(result, type), type);
	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, include = JsonTypeInfo.As.EXISTING_PROPERTY, property = "type")
	@JsonSubTypes({ @JsonSubTypes.Type(value = ExistingCard.class, name = "card"),
			@JsonSubTypes.Type(value = ExistingCash.class, name = "cash") })
	interface Existing {

		String getType();

	}

	record ExistingCard(String pan) implements Existing {

		@Override
		public String getType() {
			return "card";
		}

	}

	record ExistingCash() implements Existing {

		@Override
		public String getType() {
			return "something else";
		}

	}

	static class Unlisted implements Existing, WithFallback, Plain {

		String text = "a";

		@Override
		public String getType() {
			return "card";
		}

	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.DEDUCTION)
	@JsonSubTypes({ @JsonSubTypes.Type(Person.class), @JsonSubTypes.Type(Pet.class) })
	interface Deduced {

	}

	record Person(String name, String address) implements Deduced {

	}

	static class Pet implements Deduced {

		String name;

		Pet() {
		}

		Pet(String name) {
			this.name = name;
		}

	}

	static class SubOfListed extends Pet implements ByImplementation {

	}

	@JsonDeserialize(as = Implementation.class)
	interface ByImplementation {

	}

	static class Implementation extends Pet implements ByImplementation {

	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.DEDUCTION, defaultImpl = Person2.class)
	@JsonSubTypes(@JsonSubTypes.Type(Employee.class))
	static class Person2 {

		String name;

		Person2() {
		}

		Person2(String name) {
			this.name = name;
		}

	}

	static class Employee extends Person2 {

		Employee() {
		}

		Employee(String name) {
			super(name);
		}

	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
	@JsonSubTypes({ @JsonSubTypes.Type(NoId1.class), @JsonSubTypes.Type(NoId2.class) })
	interface NoIds {

	}

	record NoId1(String text) implements NoIds {

	}

	record NoId2(String text) implements NoIds {

	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
	@JsonSubTypes({ @JsonSubTypes.Type(value = Same1.class, name = "same"),
			@JsonSubTypes.Type(value = Same2.class, name = "same") })
	interface SameId {

	}

	record Same1(String text) implements SameId {

	}

	record Same2(String text) implements SameId {

	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.CLASS)
	@JsonSubTypes(@JsonSubTypes.Type(ByClass1.class))
	interface ByClass {

	}

	record ByClass1(String text) implements ByClass {

	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME)
	@JsonSubTypes(@JsonSubTypes.Type(Simple1.class))
	interface Simple {

	}

	record Simple1(String text) implements Simple {

	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.MINIMAL_CLASS, include = JsonTypeInfo.As.WRAPPER_OBJECT)
	sealed interface Minimal {

	}

	record Minimal1(String text) implements Minimal {

	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, defaultImpl = Fallback.class)
	@JsonSubTypes({ @JsonSubTypes.Type(value = Other.class, name = "other"), @JsonSubTypes.Type(Fallback.class) })
	interface WithFallback {

	}

	record Fallback(String text) implements WithFallback {

	}

	record Other(String text) implements WithFallback {

	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, include = JsonTypeInfo.As.EXTERNAL_PROPERTY)
	@JsonSubTypes({ @JsonSubTypes.Type(Kind.class), @JsonSubTypes.Type(NotKind.class) })
	interface WithEnum {

	}

	enum Kind implements WithEnum {

		A {
		}

	}

	record NotKind(String text) implements WithEnum {

	}

	@JsonSubTypes({ @JsonSubTypes.Type(Plain1.class), @JsonSubTypes.Type(Plain2.class) })
	interface Plain {

	}

	static class Plain1 implements Plain {

		String text;

		Plain1() {
		}

		Plain1(String text) {
			this.text = text;
		}

	}

	static class Plain1Extended extends Plain1 {

	}

	record Plain2(String text) implements Plain {

	}

	record Payments(Plain one, List<Plain> more) {

	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
	@JsonSubTypes(@JsonSubTypes.Type(Branch.class))
	interface Root {

	}

	@JsonSubTypes(@JsonSubTypes.Type(LeafOfBranch.class))
	abstract static class Branch implements Root {

	}

	@JsonTypeName("leaf")
	static class LeafOfBranch extends Branch {

		String text;

		LeafOfBranch(String text) {
			this.text = text;
		}

	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, include = JsonTypeInfo.As.EXISTING_PROPERTY, property = "@type",
			visible = true)
	@JsonSubTypes(@JsonSubTypes.Type(value = Typed.class, name = "typed"))
	interface OwnMember {

	}

	record Typed(@JsonProperty("@type") String type, String text) implements OwnMember {

	}

	sealed interface State {

		static State valueOf(String by) {
			return new Paid(by);
		}

	}

	record Paid(String by) implements State {

	}

	sealed interface Refunded extends State {

		record Partly(int percent) implements Refunded {

		}

	}

	enum Failed implements State {

		A

	}

	/** As Kotlin compiles a data object. */
	static final class Pending implements State {

		public static final Pending INSTANCE = new Pending();

		private Pending() {
		}

		@Override
		public String toString() {
			return "Pending";
		}

		@SuppressWarnings("UnusedMethod") // of Java, by reflection
		private Object readResolve() {
			return INSTANCE;
		}

	}

	sealed interface Result<T> {

	}

	record Ok<T>(T value) implements Result<T> {

	}

	sealed interface HasSingletons {

	}

	static final class Lazy implements HasSingletons, Serializable {

		private final String name = String.valueOf("lazy");

		private Lazy() {
		}

		static Lazy instance() {
			return InHolder.VALUE;
		}

		private Object readResolve() {
			return InHolder.VALUE;
		}

		@Override
		public String toString() {
			return this.name;
		}

		private static final class InHolder {

			private static final Lazy VALUE = new Lazy();

		}

	}

	static final class Level implements HasSingletons {

		static final Level HIGH = new Level("h", 1);

		static final Level LOW = new Level("l", 2);

		private final String label;

		private final int order;

		private Level(String text, int number) {
			this.label = text;
			this.order = number;
		}

		@Override
		public String toString() {
			return this.label + this.order;
		}

	}

	enum Only implements HasSingletons {

		INSTANCE

	}

	/** As Kotlin compiles an object with a property. */
	static final class Stateful {

		public static final Stateful INSTANCE = new Stateful();

		private static int count;

		private final List<String> names = new ArrayList<>(List.of("a"));

		private Stateful() {
		}

		@Override
		public String toString() {
			return this.names.toString() + count;
		}

	}

	record Holder(State state, List<HasSingletons> list, Optional<HasSingletons> optional) {

	}

	static final class Amount {

		static final Amount ZERO = new Amount(0);

		private final int cents;

		private Amount(int cents) {
			this.cents = cents;
		}

		static Amount of(int cents) {
			return new Amount(cents);
		}

		int cents() {
			return this.cents;
		}

	}

	record Container(io.idempotent.codec.v1.Receipt receipt) {

	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.CLASS)
	interface ClassWithoutSubtypes {

	}

	sealed interface SealedWithIdentity {

	}

	static final class Token implements SealedWithIdentity {

	}

	sealed interface SealedWithStream {

	}

	record Streaming(Stream<String> lines) implements SealedWithStream {

	}

	sealed interface NothingPermitted {

	}

	non-sealed interface OpenAgain extends NothingPermitted {

	}

}
