package io.idempotent.engine.operation;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Writes whose record it is as a text that is the same on every node: a user and what is
 * added, or what is added alone. No two of them have the same text.
 */
public final class ScopeText {

	/** What the column holds. */
	public static final int MAX_LENGTH = 255;

	private static final String USER = "user";

	private static final String RAW = "raw:";

	private static final Pattern RESERVED = Pattern.compile("(raw:)*user(:\\d+:|#).*", Pattern.DOTALL);

	private ScopeText() {
	}

	/**
	 * Returns the scope of a user's record, of at most 255 characters if there is a user:
	 * what is longer is hashed.
	 * @param user tells one user from another, null if there is none
	 * @param more what is added, such as a tenant
	 * @return the scope, {@code ""} if there is neither
	 */
	public static String of(@Nullable String user, String more) {
		if (user == null) {
			// a look at most scopes is enough, and leaves nothing to collect
			boolean similar = more.startsWith(USER) || more.startsWith(RAW);
			return (similar && RESERVED.matcher(more).matches()) ? RAW + more : more;
		}
		String scope = join(USER, user, more);
		return (scope.length() <= MAX_LENGTH) ? scope : USER + "#" + hash(scope);
	}

	/**
	 * Joins texts so that no others become the same.
	 * @param kind says what they are, without a colon
	 * @param first the first
	 * @param rest the rest, may be empty
	 * @return all of them
	 */
	public static String join(String kind, String first, String rest) {
		return kind + ':' + first.length() + ':' + first + (rest.isEmpty() ? "" : ':' + rest);
	}

	/** Of the characters themselves: an encoding would make all lone surrogates equal. */
	private static String hash(String text) {
		ByteBuffer bytes = ByteBuffer.allocate(text.length() * Character.BYTES);
		bytes.asCharBuffer().put(text);
		try {
			return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.array()));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("every Java platform has SHA-256", ex);
		}
	}

}
