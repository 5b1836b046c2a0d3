package io.idempotent.codec;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Takes the canonical form piece by piece and keeps only its SHA-256. Every piece starts
 * with a tag, and those of variable length say how long they are.
 */
final class CanonicalSink {

	private final MessageDigest digest = sha256();

	private final byte[] buffer = new byte[512];

	private int position;

	void tag(char tag) {
		put(tag);
	}

	void text(char tag, CharSequence text) {
		int length = text.length();
		put(tag);
		length(length);
		for (int i = 0; i < length; i++) {
			unit(text.charAt(i));
		}
	}

	void bytes(char tag, byte[] bytes) {
		put(tag);
		length(bytes.length);
		flush();
		this.digest.update(bytes);
	}

	/**
	 * The SHA-256 of everything since the last call.
	 */
	byte[] finish() {
		flush();
		return this.digest.digest();
	}

	/**
	 * Like UTF-8, except that each half of a surrogate pair is written for itself: halves
	 * without a partner stay distinct.
	 */
	private void unit(char unit) {
		if (unit < 0x80) {
			put(unit);
		}
		else if (unit < 0x800) {
			put(0xC0 | (unit >> 6));
			put(0x80 | (unit & 0x3F));
		}
		else {
			put(0xE0 | (unit >> 12));
			put(0x80 | ((unit >> 6) & 0x3F));
			put(0x80 | (unit & 0x3F));
		}
	}

	private void length(int length) {
		int rest = length;
		while (rest >= 0x80) {
			put(rest | 0x80);
			rest >>>= 7;
		}
		put(rest);
	}

	private void put(int value) {
		if (this.position == this.buffer.length) {
			flush();
		}
		this.buffer[this.position++] = (byte) value;
	}

	private void flush() {
		this.digest.update(this.buffer, 0, this.position);
		this.position = 0;
	}

	private static MessageDigest sha256() {
		try {
			return MessageDigest.getInstance("SHA-256");
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("every Java platform has SHA-256", ex);
		}
	}

}
