package io.idempotent.web.request;

import java.util.List;
import java.util.Random;

import io.idempotent.web.MalformedKeyException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The header as RFC 9651 has it, or as a bare text.
 */
class KeyHeaderTests {

	private static final String[] VALUES = { "1", "-15", "999999999999999", "0.5", "-1.125", "\"\"", "\"a\\\"b\"",
			"tok", "*a/b:c", ":cGF5bG9hZA==:", "?1", "?0", "@1659578233", "%\"f%c3%bc\"" };

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			abc               | abc
			"abc"             | abc
			"a\\"b\\\\c"       | a"b\\c
			"abc";a           | abc
			"abc";  a=1;*b=?0 | abc
			"abc";a="x;y, z"  | abc
			"abc";a.b-c_d*=t  | abc
			a;b=c             | a;b=c
			""")
	void aKeyIsReadInEitherForm(String header, String key) {
		assertThat(KeyHeader.read(List.of(header))).isEqualTo(key);
	}

	@ParameterizedTest
	@ValueSource(strings = { "\"abc\";a=\"x", "\"abc\";a=1, \"def\"", "\"abc\";", "\"abc\" ;a", "\"abc\";A=1",
			"\"abc\";a=", "\"abc\";a=1.", "\"abc\";a=1.1234", "\"abc\";a=1234567890123456", "\"abc\";a=?2",
			"\"abc\";a=:x", "\"abc\";a=@1.5", "\"abc\";a=%\"%C3\"", "\"abc\";a=(1 2)", "\"abc\";a b", "\"abc\"x",
			"\"abc\",", "\"abc\";;a", "\"abc\";a=\"\\x\"", "a,b", "a b", "\"abc", "\u00e4", "\"\u00e4\"" })
	void whatIsNeitherIsMalformed(String header) {
		assertMalformed(header);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "\t", "\"\"", "\"  \"", "\"\";a=1" })
	void nothingIsNoKey(String header) {
		assertThat(KeyHeader.read(List.of(header))).isNull();
		assertThat(KeyHeader.isReadable(List.of(header))).isFalse();
	}

	@Test
	void moreThanOneHeaderIsMalformed() {
		assertThatExceptionOfType(MalformedKeyException.class).isThrownBy(() -> KeyHeader.read(List.of("a", "a")));
	}

	@Test
	void anyParametersAreReadAndAnythingThatFollowsThemIsNot() {
		Random random = new Random(9651);
		for (int i = 0; i < 2_000; i++) {
			StringBuilder header = new StringBuilder("\"key\"");
			for (int j = random.nextInt(6); j > 0; j--) {
				header.append(';').append(" ".repeat(random.nextInt(3))).append((char) ('a' + random.nextInt(26)));
				if (random.nextBoolean()) {
					header.append('=').append(VALUES[random.nextInt(VALUES.length)]);
				}
			}
			assertThat(KeyHeader.read(List.of(header.toString()))).as("%s", header).isEqualTo("key");
			for (String garbage : new String[] { ", \"b\"", " b", ";", "\"", ";a=", "\\" }) {
				assertMalformed(header + garbage);
			}
		}
	}

	@Test
	void whateverComesIsAKeyOrNoneOrMalformed() {
		Random random = new Random(1);
		String alphabet = "\"\\;,=? ab1.%:@*-\u00e4\t()";
		for (int i = 0; i < 20_000; i++) {
			StringBuilder header = new StringBuilder(random.nextBoolean() ? "\"" : "");
			for (int j = random.nextInt(24); j > 0; j--) {
				header.append(alphabet.charAt(random.nextInt(alphabet.length())));
			}
			try {
				String key = KeyHeader.read(List.of(header.toString()));
				assertThat(key == null || (!key.isBlank() && key.chars().allMatch((c) -> c >= 0x20 && c < 0x7F)))
					.as("%s", header)
					.isTrue();
			}
			catch (MalformedKeyException ex) {
				assertThat(ex).hasMessageNotContaining("key\";");
			}
		}
		assertMalformed("\"key\"" + ";a".repeat(508) + ",");
		assertMalformed("\"key\";a=\"" + "x".repeat(1_000));
	}

	private static void assertMalformed(String header) {
		assertThatExceptionOfType(MalformedKeyException.class).as(header)
			.isThrownBy(() -> KeyHeader.read(List.of(header)));
	}

}
