package io.idempotent.sample.payment;

import io.idempotent.IdempotencyContext;
import io.idempotent.web.IdempotentOperationHandler;
import io.idempotent.web.OperationFailedException;

import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/**
 * Charges a card, or fails for good with 402.
 */
@Component
class ChargePayment implements IdempotentOperationHandler<Payment, Charge> {

	private final CardNetwork cards;

	ChargePayment(CardNetwork cards) {
		this.cards = cards;
	}

	@Override
	public String name() {
		return "payment.charge";
	}

	@Override
	public Class<Payment> payloadType() {
		return Payment.class;
	}

	@Override
	public Charge handle(Payment payment) {
		// the same on every attempt: the statement of the card network shows which
		// request a charge belongs to
		String requestId = IdempotencyContext.current().orElseThrow().keyFor("card-network");
		try {
			return this.cards.charge(requestId, payment);
		}
		catch (CardDeclinedException ex) {
			throw new OperationFailedException(HttpStatus.PAYMENT_REQUIRED, "CARD_DECLINED",
					"The card for order '%s' was declined.".formatted(payment.order()), ex);
		}
	}

}
