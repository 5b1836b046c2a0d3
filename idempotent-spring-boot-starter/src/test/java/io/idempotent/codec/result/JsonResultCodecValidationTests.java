package io.idempotent.codec.result;

import java.io.File;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Reader;
import java.io.Serializable;
import java.io.Writer;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Calendar;
import java.util.Collection;
import java.util.Currency;
import java.util.Date;
import java.util.Enumeration;
import java.util.GregorianCalendar;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Spliterator;
import java.util.TimeZone;
import java.util.WeakHashMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import javax.xml.datatype.XMLGregorianCalendar;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonValue;
import io.idempotent.engine.operation.UnsupportedTypeException;
import net.bytebuddy.ByteBuddy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import org.springframework.core.ParameterizedTypeReference;
import org.springframework.core.io.Resource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

@SuppressWarnings({ "JavaUtilDate", "NonApiType", "HidingField" })
class JsonResultCodecValidationTests {

	private final JsonResultCodec codec = new JsonResultCodec();

	@ParameterizedTest
	@MethodSource("refusedTypes")
	void aTypeThatCannotBeReplayedIsRefusedAtStart(Method method) {
		assertThatIllegalArgumentException().isThrownBy(() -> this.codec.validate(method.getGenericReturnType()))
			.withMessageContaining(" ");
	}

	static Stream<Method> refusedTypes() {
		return Arrays.stream(Refused.class.getDeclaredMethods());
	}

	@ParameterizedTest
	@MethodSource("acceptedTypes")
	void aTypeThatCanBeReplayedIsAccepted(Method method) {
		assertThatNoException().isThrownBy(() -> this.codec.validate(method.getGenericReturnType()));
	}

	static Stream<Method> acceptedTypes() {
		return Arrays.stream(Accepted.class.getDeclaredMethods());
	}

	@ParameterizedTest
	@ValueSource(strings = { "org.reactivestreams.Publisher", "kotlin.coroutines.Continuation" })
	void asynchronousTypesOfAbsentLibrariesAreKnownByName(String name) {
		Class<?> type = new ByteBuddy().makeInterface().name(name).make().load(null).getLoaded();
		Class<?> subtype = new ByteBuddy().subclass(type).make().load(type.getClassLoader()).getLoaded();

		for (Type refused : List.of(type, subtype)) {
			assertThatIllegalArgumentException().isThrownBy(() -> this.codec.validate(refused))
				.withMessageContaining("only the return type itself");
		}
	}

	@Test
	void aMessageOfProtocolBuffersIsRefusedThoughItHasADefaultInstance() throws Exception {
		Class<?> message = new ByteBuddy().makeInterface()
			.name("com.google.protobuf.MessageLite")
			.make()
			.load(null)
			.getLoaded();
		Class<?> generated = new ByteBuddy().subclass(Object.class)
			.implement(message)
			.make()
			.load(message.getClassLoader())
			.getLoaded();

		assertThatIllegalArgumentException().isThrownBy(() -> this.codec.validate(generated))
			.withMessageContaining("use its bytes, or a record of your own");
	}

	@Test
	void theRefusalNamesTheTypeAndTheRemedy() throws Exception {
		Type type = Refused.class.getDeclaredMethod("abstractMember").getGenericReturnType();

		assertThatIllegalArgumentException().isThrownBy(() -> this.codec.validate(type))
			.withMessageContaining("Order cannot be read back from JSON")
			.withMessageContaining("Payment is abstract; name its subtypes with @JsonTypeInfo");
	}

	@ParameterizedTest
	@MethodSource("remedies")
	void theRemedySaysWhatToWriteForTheType(Type type, String problem, String[] remedies) {
		assertThatExceptionOfType(UnsupportedTypeException.class).isThrownBy(() -> this.codec.validate(type))
			.satisfies((ex) -> {
				assertThat(ex.problem()).contains(problem);
				assertThat(ex.remedy()).contains(remedies).doesNotContain("storeResult");
				assertThat(ex).hasMessage(ex.problem() + "; " + ex.remedy());
			});
	}

	static Stream<Arguments> remedies() throws Exception {
		String own = "return a record of your own with what callers need of ";
		String codec = ", or declare a ResultCodec bean that stores it";
		return Stream.of(arguments(new ParameterizedTypeReference<org.springframework.data.domain.Page<Tree>>() {
		}.getType(), "Page<",
				new String[] { own + "Page, such as record TreePage(List<Tree> content, long total)", codec }),
				arguments(new ParameterizedTypeReference<List<org.apache.commons.lang3.tuple.Pair<String, Integer>>>() {
				}.getType(), "Pair<java.lang.String,java.lang.Integer> is abstract",
						new String[] { own + "Pair" + codec }),
				arguments(Money.class, "Money cannot be constructed", new String[] {
						"@JsonCreator on one. If it is not yours to change, because it is generated or of a library, "
								+ own + "Money, such as record MoneyResult(BigDecimal amount, Currency currency)"
								+ codec }),
				arguments(OtherNames.class, "OtherNames needs 'value' to be constructed, but has no field of that name",
						new String[] { "give argument and field one name", own + "OtherNames" }),
				arguments(Conflicting.class, "Conflicting cannot be read back from JSON: ",
						new String[] { "put @JsonCreator on", own + "Conflicting" }),
				arguments(Opaque.class, "Opaque has no fields to record",
						new String[] { "make it a record", own + "Opaque" }),
				arguments(Refused.class.getDeclaredMethod("stream").getGenericReturnType(),
						"Stream<java.lang.String> can be read only once",
						new String[] { "use a collection or an array of its content" }),
				arguments(Object.class, "does not say which class a value has",
						new String[] { "declare the type that it really is" }),
				arguments(Calendar.class, "Calendar loses its zone", new String[] { "use ZonedDateTime" }));
	}

	@SuppressWarnings({ "rawtypes", "TypeParameterUnusedInFormals" })
	interface Refused {

		Object object();

		Object[] objects();

		List<Object> listOfObject();

		Map<String, ?> wildcard();

		List<? super Integer> lowerBound();

		Optional<List<?>> nestedWildcard();

		List raw();

		<T> T variable();

		<T extends BigDecimal> List<T> boundedVariable();

		<T> T[] variables();

		Page<?> genericOfAnything();

		Page rawGeneric();

		Class<?> aClass();

		Serializable serializable();

		Comparable<String> comparable();

		Number number();

		Stream<String> stream();

		IntStream intStream();

		List<Stream<String>> streams();

		Iterator<String> iterator();

		Spliterator<String> spliterator();

		Enumeration<String> enumeration();

		Iterable<String> iterable();

		InputStream input();

		OutputStream output();

		Reader reader();

		Writer writer();

		Resource resource();

		Supplier<String> supplier();

		Runnable runnable();

		Thread thread();

		ClassLoader classLoader();

		CompletableFuture<String> completableFuture();

		CompletionStage<String> completionStage();

		Future<String> future();

		Flow.Publisher<String> publisher();

		Payment interfaceWithoutSubtypes();

		List<Payment> listOfInterface();

		Order abstractMember();

		Base abstractClass();

		Attributes memberOfAnyClass();

		Measure memberOfOpenClass();

		Opaque noFields();

		Pending memberFinishedLater();

		@SuppressWarnings("rawtypes")
		Class rawClass();

		Ambiguous noUsableConstructor();

		OtherName argumentOfAnotherName();

		OtherNames argumentsOfOtherNames();

		ByClassName classNameInTheBytes();

		Calendar calendar();

		GregorianCalendar gregorianCalendar();

		XMLGregorianCalendar xmlCalendar();

		TimeZone timeZone();

		Pattern pattern();

		List<File> files();

		Path path();

		InetAddress address();

		InetSocketAddress socketAddress();

		IllegalStateException failure();

		Map<Text, Map<String, Caught>> failureInAMember();

		BitSet bits();

		IdentityHashMap<String, String> byIdentity();

		WeakHashMap<String, String> weak();

		Map<Label, Integer> keyWithATextOfItsOwn();

		Map<WithConstructor, Integer> keyThatIsMadeOfText();

		Map<WithFactory, Integer> keyThatAFactoryMakesOfText();

		AnyKey keyOfAnyClass();

		Map<CharSequence, Integer> keyOfAnInterface();

		Map<Date, Integer> keyThatLosesNanoseconds();

		Map<byte[], Integer> keyWithoutEquals();

		Map<Optional<String>, Integer> keyInAContainer();

		Hiding hiddenField();

		Incomplete componentThatIsNotWritten();

		NavigableBag<String> collectionWithoutClass();

		ResponseEntity<?> responseOfAnything();

		@SuppressWarnings("rawtypes")
		ResponseEntity rawResponse();

		ResponseEntity<Resource> responseOfAStream();

		ProblemDetail problem();

	}

	interface Accepted {

		void nothing();

		Void nothingBoxed();

		int primitive();

		String text();

		List<? extends BigDecimal> upperBound();

		Collection<String> collection();

		Map<String, List<Optional<Long>>> nested();

		byte[][] arrays();

		Page<String> generic();

		Tree recursive();

		JsonNode tree();

		Text scalar();

		Map<Text, Integer> scalarAsKey();

		Map<DayOfWeek, Map<BigDecimal, Map<ZoneId, Integer>>> keysWithAnExactText();

		ResponseEntity<List<Tree>> response();

		ResponseEntity<Void> responseWithoutBody();

		HttpHeaders headers();

		AtomicReference<Optional<String>> reference();

	}

	interface NavigableBag<T> extends Collection<T> {

	}

	record Label(String text) {

	}

	static class WithConstructor {

		final String text;

		WithConstructor(String text) {
			this.text = text;
		}

	}

	static class WithFactory {

		String text;

		static WithFactory valueOf(String text) {
			WithFactory made = new WithFactory();
			made.text = text;
			return made;
		}

	}

	record AnyKey(Map<Object, String> values) {

	}

	record Caught(Exception failure) {

	}

	record Incomplete(String name, @JsonIgnore String secret) {

	}

	static class Hiding extends Base2 {

		String name;

	}

	static class Base2 {

		String name;

	}

	interface Payment {

	}

	abstract static class Base {

		String name;

	}

	record Order(String id, List<Payment> payments) {

	}

	record Attributes(Map<String, Object> values) {

	}

	record Measure(Number value) {

	}

	static class Opaque {

	}

	record Pending(CompletableFuture<String> value) {

	}

	record Page<T>(List<T> content) {

	}

	record Tree(Tree left, List<Tree> right) {

	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.CLASS)
	interface ByClassName {

	}

	static class Ambiguous {

		String name;

		Ambiguous(String name) {
			this.name = name;
		}

		Ambiguous(Ambiguous other) {
			this.name = other.name;
		}

	}

	static class OtherName {

		String name;

		OtherName(String text) {
			this.name = text;
		}

	}

	static class Money {

		BigDecimal amount;

		Currency currency;

		Money(BigDecimal amount, Currency currency) {
			this.amount = amount;
			this.currency = currency;
		}

		Money(String amount, String currency) {
			this(new BigDecimal(amount), Currency.getInstance(currency));
		}

	}

	static class Conflicting {

		String name;

		@JsonCreator
		Conflicting(@JsonProperty("name") String name) {
			this.name = name;
		}

		@JsonCreator
		Conflicting(@JsonProperty("name") String name, @JsonProperty("more") String more) {
			this.name = name + more;
		}

	}

	static class OtherNames {

		BigDecimal amount;

		String currency;

		OtherNames(BigDecimal value, String code) {
			this.amount = value;
			this.currency = code;
		}

	}

	static class Text {

		private final String name;

		@JsonCreator
		Text(String text) {
			this.name = text;
		}

		@JsonValue
		String text() {
			return this.name;
		}

	}

}
