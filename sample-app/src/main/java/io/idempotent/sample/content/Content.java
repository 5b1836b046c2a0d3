package io.idempotent.sample.content;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * What a client submits.
 *
 * @param title the title, 1 to 200 characters that are not all blank
 * @param text the text, 1 to 20,000 characters that are not all blank
 */
record Content(String title, String text) {

	Content(@Nullable String title, @Nullable String text) {
		this.title = requireText(title, "title", 200);
		this.text = requireText(text, "text", 20_000);
	}

	private static String requireText(@Nullable String value, String member, int maxLength) {
		Assert.isTrue(value != null && !value.isBlank() && value.length() <= maxLength && value.indexOf('\0') < 0,
				() -> "'%s' must be 1 to %d characters that are not all blank".formatted(member, maxLength));
		return value;
	}

}
