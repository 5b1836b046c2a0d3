package io.idempotent.sample.vote;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * What a client votes.
 *
 * @param proposal the proposal, 1 to 64 letters, digits, dots, underscores and hyphens
 * @param choice the choice, of the same form
 */
record Vote(String proposal, String choice) {

	Vote(@Nullable String proposal, @Nullable String choice) {
		this.proposal = requireName(proposal, "proposal");
		this.choice = requireName(choice, "choice");
	}

	private static String requireName(@Nullable String value, String member) {
		Assert.isTrue(value != null && value.matches("[A-Za-z0-9._-]{1,64}"),
				() -> "'%s' must be 1 to 64 letters, digits, dots, underscores and hyphens".formatted(member));
		return value;
	}

}
