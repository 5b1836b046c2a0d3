package io.idempotent.sample.payment;

/**
 * The card network has declined the card, and charged nothing.
 */
class CardDeclinedException extends RuntimeException {

	CardDeclinedException(String card) {
		super("the card network declined '%s'".formatted(card));
	}

}
