package io.idempotent.web;

import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Reads a key from its header: a bare text of printable ASCII characters without comma,
 * or a quoted string with parameters, which do not count (an Item of RFC 9651). Both
 * forms of one text are one key.
 */
final class KeyHeader {

	/** Longer than any key with quotes, escapes and parameters. */
	private static final int MAX_LENGTH = 1024;

	private static final Set<String> METHODS = Set.of("POST", "PUT", "PATCH", "DELETE");

	private KeyHeader() {
	}

	/**
	 * Whether requests of a method have keys: those that change something. The handlers
	 * of others cannot be annotated.
	 */
	static boolean isExpectedWith(String method) {
		return METHODS.contains(method);
	}

	/**
	 * Reads the key.
	 * @param lines the values of the header
	 * @return null if there is none
	 * @throws IllegalArgumentException with the reason, if it is malformed
	 */
	static @Nullable String read(List<String> lines) {
		if (lines.isEmpty()) {
			return null;
		}
		require(lines.size() == 1, "the header occurs more than once");
		String text = lines.get(0).strip();
		require(text.length() <= MAX_LENGTH, "the header has more than " + MAX_LENGTH + " characters");
		String key = text.startsWith("\"") ? unquote(text) : bare(text);
		require(!key.isBlank(), "the header is empty");
		return key;
	}

	/**
	 * Whether there is a key that can be read; otherwise the request is refused whatever
	 * its body is.
	 * @param lines the values of the header
	 */
	static boolean isReadable(List<String> lines) {
		try {
			return read(lines) != null;
		}
		catch (IllegalArgumentException ex) {
			return false;
		}
	}

	private static String bare(String text) {
		require(text.chars().allMatch((c) -> c > 0x20 && c < 0x7F && c != ','),
				"a key without quotes has printable ASCII characters only, and no space or comma");
		return text;
	}

	private static String unquote(String text) {
		StringBuilder key = new StringBuilder();
		int i = 1;
		for (; i < text.length() && text.charAt(i) != '"'; i++) {
			if (text.charAt(i) == '\\') {
				i++;
				require(i < text.length() && (text.charAt(i) == '"' || text.charAt(i) == '\\'),
						"a backslash in a quoted key escapes only a quote or a backslash");
			}
			char c = text.charAt(i);
			require(c >= 0x20 && c < 0x7F, "a quoted key has printable ASCII characters only");
			key.append(c);
		}
		require(i < text.length(), "the quoted key does not end");
		String rest = text.substring(i + 1).strip();
		require(rest.isEmpty() || rest.startsWith(";"), "something follows the quoted key");
		return key.toString();
	}

	private static void require(boolean condition, String reason) {
		if (!condition) {
			throw new IllegalArgumentException(reason);
		}
	}

}
