package io.idempotent.web.request;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

import io.idempotent.web.MalformedKeyException;
import org.jspecify.annotations.Nullable;

/**
 * Reads a key from its header: a bare text of printable ASCII characters without comma,
 * or a quoted string (an Item of RFC 9651), whose parameters must be well-formed and do
 * not count. Both forms of one text are one key.
 */
public final class KeyHeader {

	/** Longer than any key with quotes, escapes and parameters. */
	private static final int MAX_LENGTH = 1024;

	private static final Set<String> METHODS = Set.of("POST", "PUT", "PATCH", "DELETE");

	/**
	 * The parameters of an Item: a key, and a value unless it is true. Possessive, so
	 * that reading takes no longer than the header is.
	 */
	private static final Pattern PARAMETERS = Pattern
		.compile("(?:; *+[a-z*][a-z0-9_\\-.*]*+(?:=(?:" + String.join("|", "-?\\d{1,12}\\.\\d{1,3}+(?!\\d)", // Decimal
				"-?\\d{1,15}+(?![\\d.])", // Integer
				"\"(?:[ !#-\\[\\]-~]|\\\\[\"\\\\])*+\"", // String
				"[A-Za-z*][!#$%&'*+\\-.^_`|~0-9A-Za-z:/]*+", // Token
				":[A-Za-z0-9+/]*+={0,2}:", // Byte Sequence
				"\\?[01]", // Boolean
				"@-?\\d{1,15}+(?![\\d.])", // Date
				"%\"(?:[ !#$&-~]|%[0-9a-f]{2})*+\"" // Display String
		) + "))?+)*+");

	private KeyHeader() {
	}

	/**
	 * Whether requests of a method have keys: those that change something. The handlers
	 * of others cannot be annotated.
	 */
	public static boolean isExpectedWith(String method) {
		return METHODS.contains(method);
	}

	/**
	 * Reads the key.
	 * @param lines the values of the header
	 * @return null if there is none: the header is absent or blank, or has nothing
	 * between its quotes
	 * @throws MalformedKeyException with the reason, if it is malformed
	 */
	public static @Nullable String read(List<String> lines) {
		if (lines.isEmpty()) {
			return null;
		}
		require(lines.size() == 1, "the header occurs more than once");
		String text = lines.get(0).strip();
		require(text.length() <= MAX_LENGTH, "the header has more than " + MAX_LENGTH + " characters");
		String key = text.startsWith("\"") ? unquote(text) : bare(text);
		return key.isBlank() ? null : key;
	}

	/**
	 * Whether there is a key that can be read; otherwise the request is refused whatever
	 * its body is.
	 * @param lines the values of the header
	 */
	public static boolean isReadable(List<String> lines) {
		try {
			return read(lines) != null;
		}
		catch (MalformedKeyException ex) {
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
		require(PARAMETERS.matcher(text).region(i + 1, text.length()).matches(),
				"something follows the quoted key that is no parameter");
		return key.toString();
	}

	private static void require(boolean condition, String reason) {
		if (!condition) {
			throw new MalformedKeyException(reason);
		}
	}

}
