package io.idempotent.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

import org.jspecify.annotations.Nullable;

/**
 * Identifies one record: scope, operation and key, compared character by character.
 * Comparable, so that a hash table finds it quickly also among keys that a client has
 * chosen for their equal hash codes.
 */
public final class RecordKey implements Comparable<RecordKey> {

	private static final byte VERSION = 1;

	private final String scope;

	private final String operation;

	private final String key;

	private final int hash;

	/**
	 * Creates the key.
	 * @param scope the scope, {@code ""} is nobody's
	 * @param operation the name of the operation
	 * @param key the key
	 */
	public RecordKey(String scope, String operation, String key) {
		this.scope = scope;
		this.operation = operation;
		this.key = key;
		this.hash = (31 * scope.hashCode() + operation.hashCode()) * 31 + key.hashCode();
	}

	/**
	 * The scope.
	 * @return the scope, {@code ""} is nobody's
	 */
	public String scope() {
		return this.scope;
	}

	/**
	 * The operation.
	 * @return its name
	 */
	public String operation() {
		return this.operation;
	}

	/**
	 * The key.
	 * @return the key as given
	 */
	public String key() {
		return this.key;
	}

	/**
	 * The id of the record: SHA-256 over a version byte and the length-prefixed (four
	 * bytes, big-endian) UTF-8 bytes of scope, operation and key.
	 * @return 32 bytes, computed on each call
	 */
	public byte[] toId() {
		try {
			MessageDigest digest = MessageDigest.getInstance("SHA-256");
			digest.update(VERSION);
			update(digest, this.scope);
			update(digest, this.operation);
			update(digest, this.key);
			return digest.digest();
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("every Java platform has SHA-256", ex);
		}
	}

	private static void update(MessageDigest digest, String part) {
		byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
		digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes.length));
		digest.update(bytes);
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return this == other || (other instanceof RecordKey that && this.hash == that.hash && this.key.equals(that.key)
				&& this.operation.equals(that.operation) && this.scope.equals(that.scope));
	}

	/**
	 * Compares keys first, then operations and scopes.
	 */
	@Override
	public int compareTo(RecordKey other) {
		int byKey = this.key.compareTo(other.key);
		if (byKey != 0) {
			return byKey;
		}
		int byOperation = this.operation.compareTo(other.operation);
		return (byOperation != 0) ? byOperation : this.scope.compareTo(other.scope);
	}

	@Override
	public int hashCode() {
		return this.hash;
	}

	/**
	 * The operation alone: the key is not to be logged.
	 */
	@Override
	public String toString() {
		return "a record of operation '" + this.operation + "'";
	}

}
