package io.idempotent.codec;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Takes the canonical form piece by piece and keeps only its SHA-256. Every piece starts
 * with a tag, and those of variable length say how long they are.
 */
final class CanonicalSink {

	private static final int MAX_UNITS = 256;

	private final MessageDigest digest = sha256();

	private final byte[] buffer = new byte[MAX_UNITS * 3];

	private int position;

	void tag(char tag) {
		put(tag);
	}

	void text(char tag, String text) {
		put(tag);
		length(text.length());
		for (int start = 0; start < text.length(); start += MAX_UNITS) {
			units(text, start, Math.min(text.length(), start + MAX_UNITS));
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
	private void units(String text, int start, int end) {
		if (this.buffer.length - this.position < (end - start) * 3) {
			flush();
		}
		byte[] target = this.buffer;
		int next = this.position;
		for (int i = start; i < end; i++) {
			char unit = text.charAt(i);
			if (unit < 0x80) {
				target[next++] = (byte) unit;
			}
			else if (unit < 0x800) {
				target[next++] = (byte) (0xC0 | (unit >> 6));
				target[next++] = (byte) (0x80 | (unit & 0x3F));
			}
			else {
				target[next++] = (byte) (0xE0 | (unit >> 12));
				target[next++] = (byte) (0x80 | ((unit >> 6) & 0x3F));
				target[next++] = (byte) (0x80 | (unit & 0x3F));
			}
		}
		this.position = next;
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
