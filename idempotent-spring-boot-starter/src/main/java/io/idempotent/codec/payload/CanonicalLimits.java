package io.idempotent.codec.payload;

/**
 * Bounds what one canonical form costs.
 */
final class CanonicalLimits {

	/** A cycle is met at this depth, before it can branch. */
	private static final int MAX_DEPTH = 200;

	/** Bounds endless collections and objects that are reached on very many ways. */
	private static final int MAX_VALUES = 1_000_000;

	/** Bounds what a long text or number costs that is reached on very many ways. */
	private static final int MAX_LENGTH = 64 * 1024 * 1024;

	private int depth;

	private int values;

	private int length;

	/**
	 * Begins a value inside of those that have begun.
	 */
	void enter() {
		if (++this.depth > MAX_DEPTH) {
			throw new IllegalArgumentException("it contains itself or is nested more than " + MAX_DEPTH + " deep");
		}
		count();
	}

	void leave() {
		this.depth--;
	}

	void count() {
		if (++this.values > MAX_VALUES) {
			throw new IllegalArgumentException("it has more than " + MAX_VALUES + " values");
		}
	}

	/**
	 * Adds the characters, bytes or bits of a value.
	 */
	void weigh(int length) {
		if (length > MAX_LENGTH - this.length) {
			throw new IllegalArgumentException("it has more than " + MAX_LENGTH + " characters and bytes");
		}
		this.length += length;
	}

}
