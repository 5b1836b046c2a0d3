package io.idempotent.engine.operation;

/**
 * Which texts every store keeps exactly as they are.
 */
public final class StorableText {

	private StorableText() {
	}

	public static boolean isStorable(String text) {
		for (int i = 0; i < text.length(); i++) {
			char character = text.charAt(i);
			if (character == 0) {
				return false;
			}
			if (Character.isHighSurrogate(character) && i + 1 < text.length()
					&& Character.isLowSurrogate(text.charAt(i + 1))) {
				i++;
			}
			else if (Character.isSurrogate(character)) {
				return false;
			}
		}
		return true;
	}

}
