package io.idempotent.engine.operation;

import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.Currency;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

class ImmutableTypesTests {

	@ParameterizedTest
	@MethodSource("immutable")
	void aValueThatNobodyCanChangeMayBeShared(Method method) {
		assertThat(ImmutableTypes.isDeeplyImmutable(method.getGenericReturnType())).isTrue();
	}

	@ParameterizedTest
	@MethodSource("mutable")
	void aValueThatSomebodyMightChangeIsNotShared(Method method) {
		assertThat(ImmutableTypes.isDeeplyImmutable(method.getGenericReturnType())).isFalse();
	}

	static Stream<Method> immutable() {
		return Arrays.stream(Immutable.class.getDeclaredMethods());
	}

	static Stream<Method> mutable() {
		return Arrays.stream(Mutable.class.getDeclaredMethods());
	}

	interface Immutable {

		void nothing();

		Void nothingBoxed();

		int primitive();

		Long boxed();

		Character character();

		String text();

		TimeUnit constant();

		BigInteger integer();

		BigDecimal decimal();

		Instant instant();

		ZonedDateTime zoned();

		ZoneId zone();

		Duration duration();

		UUID uuid();

		URI uri();

		Currency currency();

		Locale locale();

		Optional<String> optional();

		Optional<Pair<Integer, UUID>> optionalRecord();

		OptionalInt optionalInt();

		Empty empty();

		Pair<String, Pair<Long, Instant>> pair();

		Node recursive();

	}

	@SuppressWarnings({ "rawtypes", "TypeParameterUnusedInFormals" })
	interface Mutable {

		Object object();

		Number number();

		CharSequence text();

		Record record();

		Date date();

		int[] array();

		List<String> list();

		Map<String, String> map();

		Optional<?> anything();

		Optional raw();

		Optional<List<String>> optionalList();

		Pair<String, List<String>> pair();

		Pair<?, String> pairOfAnything();

		Pair rawPair();

		<T> T variable();

		<T extends Record> Pair<T, String> pairOfVariable();

		WithArray withArray();

		Bean bean();

		Hidden<String> mutableInsideItsOwnKind();

		Growing<String> everLarger();

	}

	record Empty() {

	}

	record Pair<A, B>(A first, B second) {

	}

	record Node(String name, Node next, Optional<Node> other) {

	}

	@SuppressWarnings("ArrayRecordComponent")
	record WithArray(byte[] bytes) {

	}

	record Hidden<T>(T value, Hidden<List<String>> next) {

	}

	record Growing<T>(Growing<Optional<T>> next) {

	}

	static final class Bean {

		final String name = "";

	}

}
