package io.idempotent.benchmarks.growth;

import java.util.Random;

/**
 * Texts that a database cannot make much smaller.
 */
final class Texts {

	private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

	private Texts() {
	}

	static String random(int length, long seed) {
		Random random = new Random(seed);
		StringBuilder text = new StringBuilder(length);
		for (int i = 0; i < length; i++) {
			text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
		}
		return text.toString();
	}

	/** Of 16 characters up to a billion. */
	static String key(int number) {
		return "order-" + (1_000_000_000L + number);
	}

}
