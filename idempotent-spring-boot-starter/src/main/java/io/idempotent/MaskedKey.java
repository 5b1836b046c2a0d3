package io.idempotent;

import org.jspecify.annotations.Nullable;

/**
 * The form of a key that may be logged: its first four characters if it is long enough to
 * keep the rest secret, and its length.
 */
final class MaskedKey {

	private static final int SHOWN = 4;

	private MaskedKey() {
	}

	static String of(@Nullable String key) {
		if (key == null) {
			return "(none)";
		}
		if (key.length() < 3 * SHOWN) {
			return "***(" + key.length() + ")";
		}
		return printable(key.substring(0, SHOWN)) + "***" + "(" + key.length() + ")";
	}

	private static String printable(String text) {
		StringBuilder printable = new StringBuilder(text);
		for (int i = 0; i < printable.length(); i++) {
			char character = printable.charAt(i);
			if (Character.isISOControl(character) || Character.isSurrogate(character)) {
				printable.setCharAt(i, '?');
			}
		}
		return printable.toString();
	}

}
