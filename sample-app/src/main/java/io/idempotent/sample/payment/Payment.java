package io.idempotent.sample.payment;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;

/**
 * What a client asks for.
 *
 * @param customer who pays, 1 to 64 letters, digits, dots, underscores and hyphens
 * @param order what for, of the same form
 * @param amount how much, 1 to 1,000,000 cents
 * @param card the token of a card, of the same form as the others
 */
record Payment(@NotNull @Pattern(regexp = Payment.NAME) String customer,
		@NotNull @Pattern(regexp = Payment.NAME) String order, @Min(1) @Max(1_000_000) long amount,
		@NotNull @Pattern(regexp = Payment.NAME) String card) {

	static final String NAME = "[A-Za-z0-9._-]{1,64}";

}
