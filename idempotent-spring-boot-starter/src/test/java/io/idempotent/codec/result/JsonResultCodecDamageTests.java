package io.idempotent.codec.result;

import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.ResponseEntity;

import static org.assertj.core.api.Assertions.assertThatException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Bytes that are not what was stored are an error, and never another value: a part of a
 * number is a number as well.
 */
class JsonResultCodecDamageTests {

	private final JsonResultCodec codec = new JsonResultCodec();

	static Stream<Arguments> results() {
		return Stream.of(arguments(12345, int.class), arguments(12345L, Long.class), arguments(1.5, double.class),
				arguments(new BigDecimal("1.50"), BigDecimal.class), arguments("text", String.class),
				arguments(true, boolean.class), arguments(new byte[] { 1, 2, 3 }, byte[].class),
				arguments(new long[0], long[].class), arguments(null, String.class), arguments(null, void.class),
				arguments(List.of("a", "b"), new ParameterizedTypeReference<List<String>>() {
				}.getType()), arguments(Map.of("a", 1), new ParameterizedTypeReference<Map<String, Integer>>() {
				}.getType()), arguments(Map.of("a", 1), JsonNode.class),
				arguments(ResponseEntity.ok("x"), new ParameterizedTypeReference<ResponseEntity<String>>() {
				}.getType()));
	}

	private byte[] encode(Object result, Type type) {
		return (type == JsonNode.class) ? JsonResultCodecTests.stored("{\"a\":[1,\"x\",null]}")
				: this.codec.encode(result, type);
	}

	private void assertUnreadable(byte[] bytes, Type type) {
		assertThatException().isThrownBy(() -> this.codec.decode(bytes, type));
	}

	@ParameterizedTest
	@MethodSource("results")
	void aPartOfAResultIsNoResult(Object result, Type type) {
		byte[] bytes = encode(result, type);
		for (int length = 0; length < bytes.length; length++) {
			assertUnreadable(Arrays.copyOf(bytes, length), type);
		}
		assertUnreadable(Arrays.copyOf(bytes, bytes.length + 1), type);
	}

	@ParameterizedTest
	@MethodSource("results")
	void aChangedBitIsNoticedWhereverItIs(Object result, Type type) {
		byte[] bytes = encode(result, type);
		for (int bit = 0; bit < 8 * bytes.length; bit++) {
			byte[] changed = bytes.clone();
			changed[bit / 8] ^= (byte) (1 << (bit % 8));
			assertUnreadable(changed, type);
		}
	}

	@ParameterizedTest
	@MethodSource("results")
	void otherBytesAreNoResult(Object result, Type type) {
		Random random = new Random(1);
		for (int i = 0; i < 200; i++) {
			byte[] bytes = new byte[2 + random.nextInt(60)];
			random.nextBytes(bytes);
			assertUnreadable(bytes, type);
			bytes[0] = 1;
			assertUnreadable(bytes, type);
		}
	}

}
