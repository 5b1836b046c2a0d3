package io.idempotent.store;

import java.util.Arrays;
import java.util.HexFormat;

import org.jspecify.annotations.Nullable;

/**
 * Stands for a payload: the SHA-256 of its canonical form. Equal fingerprints mean the
 * same request.
 */
public final class Fingerprint {

	private static final int LENGTH = 32;

	private final byte[] bytes;

	/**
	 * Creates the fingerprint.
	 * @param bytes 32 bytes
	 */
	public Fingerprint(byte[] bytes) {
		if (bytes.length != LENGTH) {
			throw new IllegalArgumentException("a fingerprint has 32 bytes, not " + bytes.length);
		}
		this.bytes = bytes.clone();
	}

	/**
	 * Its bytes.
	 * @return 32 bytes, a copy
	 */
	public byte[] toBytes() {
		return this.bytes.clone();
	}

	/**
	 * Whether two requests may be the same: their fingerprints are equal, or one of them
	 * was not to be checked.
	 * @param one a fingerprint, null for a payload that is not checked
	 * @param other another one
	 * @return whether they match
	 */
	public static boolean match(@Nullable Fingerprint one, @Nullable Fingerprint other) {
		return one == null || other == null || one.equals(other);
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return this == other || (other instanceof Fingerprint that && Arrays.equals(this.bytes, that.bytes));
	}

	@Override
	public int hashCode() {
		return Arrays.hashCode(this.bytes);
	}

	@Override
	public String toString() {
		return HexFormat.of().formatHex(this.bytes, 0, 4);
	}

}
