package io.idempotent.codec.payload;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * Takes the canonical form piece by piece and keeps only its SHA-256. Every piece starts
 * with a tag, and those of variable length say how long they are.
 */
final class CanonicalSink {

	private static final int SIZE = 512;

	/** A tag, and a length of 33 bits in groups of seven. */
	private static final int MAX_HEAD = 6;

	/** Copied for each sink: to find one takes longer. */
	private static final MessageDigest SHA_256 = sha256();

	private final MessageDigest digest = copyOf(SHA_256);

	private final byte[] buffer;

	private int position;

	CanonicalSink() {
		this(SIZE);
	}

	private CanonicalSink(int size) {
		this.buffer = new byte[size];
	}

	/**
	 * What {@link #text} writes, to be written many times.
	 */
	static byte[] pieceOf(char tag, String text) {
		CanonicalSink sink = new CanonicalSink(SIZE + 2 * text.length());
		sink.text(tag, text);
		return Arrays.copyOf(sink.buffer, sink.position);
	}

	void piece(byte[] piece) {
		if (piece.length > this.buffer.length) {
			flush();
			this.digest.update(piece);
			return;
		}
		require(piece.length);
		System.arraycopy(piece, 0, this.buffer, this.position, piece.length);
		this.position += piece.length;
	}

	void tag(char tag) {
		require(1);
		put(tag);
	}

	void bytes(char tag, byte[] bytes) {
		head(tag, bytes.length);
		piece(bytes);
	}

	/**
	 * A text is written unit by unit, so that halves of surrogate pairs without a partner
	 * stay distinct; in one byte each if that is enough for all of them, which the length
	 * tells.
	 */
	void text(char tag, String text) {
		boolean narrow = isNarrow(text);
		head(tag, 2L * text.length() + (narrow ? 0 : 1));
		int step = this.buffer.length / 2;
		for (int start = 0; start < text.length(); start += step) {
			int end = Math.min(text.length(), start + step);
			if (narrow) {
				narrow(text, start, end);
			}
			else {
				wide(text, start, end);
			}
		}
	}

	private static boolean isNarrow(String text) {
		int bits = 0;
		for (int i = 0; i < text.length(); i++) {
			bits |= text.charAt(i);
		}
		return bits <= 0xFF;
	}

	@SuppressWarnings("deprecation") // takes the low byte of each unit, as wanted here
	private void narrow(String text, int start, int end) {
		require(end - start);
		text.getBytes(start, end, this.buffer, this.position);
		this.position += end - start;
	}

	private void wide(String text, int start, int end) {
		require(2 * (end - start));
		for (int i = start; i < end; i++) {
			char unit = text.charAt(i);
			this.buffer[this.position++] = (byte) (unit >> 8);
			this.buffer[this.position++] = (byte) unit;
		}
	}

	/**
	 * The SHA-256 of everything since the last call.
	 */
	byte[] finish() {
		flush();
		return this.digest.digest();
	}

	private void head(char tag, long length) {
		require(MAX_HEAD);
		put(tag);
		long rest = length;
		while (rest >= 0x80) {
			put((int) rest | 0x80);
			rest >>>= 7;
		}
		put((int) rest);
	}

	private void put(int value) {
		this.buffer[this.position++] = (byte) value;
	}

	private void require(int size) {
		if (this.buffer.length - this.position < size) {
			flush();
		}
	}

	private void flush() {
		this.digest.update(this.buffer, 0, this.position);
		this.position = 0;
	}

	private static MessageDigest copyOf(MessageDigest digest) {
		try {
			return (MessageDigest) digest.clone();
		}
		catch (CloneNotSupportedException ex) {
			return sha256();
		}
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
