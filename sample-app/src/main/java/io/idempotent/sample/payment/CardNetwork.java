package io.idempotent.sample.payment;

import java.util.List;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.GeneratedKeyHolder;
import org.springframework.jdbc.support.KeyHolder;
import org.springframework.stereotype.Component;

/**
 * Stands for an outside system and its client. Keeps its charges in a table of its own,
 * with the ids of the requests, and never deduplicates: what arrives twice is charged
 * twice.
 */
@Component
class CardNetwork {

	private static final String SELECT = "SELECT id, customer, order_id AS \"order\", amount, charged_at FROM card_charge ";

	private final JdbcClient jdbc;

	CardNetwork(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Charges a card.
	 * @param requestId under which the sender may ask for the charge again
	 * @throws CardDeclinedException always, if the card is called {@code declined}
	 */
	Charge charge(String requestId, Payment payment) {
		if (payment.card().equals("declined")) {
			throw new CardDeclinedException(payment.card());
		}
		KeyHolder id = new GeneratedKeyHolder();
		this.jdbc.sql("""
				INSERT INTO card_charge (request_id, customer, order_id, amount, charged_at)
				VALUES (?, ?, ?, ?, CURRENT_TIMESTAMP)""")
			.params(requestId, payment.customer(), payment.order(), payment.amount())
			.update(id, "id");
		return this.jdbc.sql(SELECT + "WHERE id = ?").param(id.getKey()).query(Charge.class).single();
	}

	List<Charge> findByCustomer(String customer) {
		return this.jdbc.sql(SELECT + "WHERE customer = ? ORDER BY id").param(customer).query(Charge.class).list();
	}

}
