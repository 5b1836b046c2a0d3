package io.idempotent.sample.reward;

import java.util.List;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * The rewards this application has decided to mint. Each is written before the chain is
 * asked, so that it is there whatever happens then.
 */
@Repository
class Rewards {

	private final JdbcClient jdbc;

	Rewards(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Writes the reward. A further attempt of the same request may ask for another one,
	 * which takes the place of the first.
	 */
	void save(String requestId, Reward reward) {
		int known = this.jdbc.sql("UPDATE reward SET recipient = ?, amount = ? WHERE request_id = ?")
			.params(reward.to(), reward.amount(), requestId)
			.update();
		if (known == 0) {
			this.jdbc.sql("INSERT INTO reward (request_id, recipient, amount) VALUES (?, ?, ?)")
				.params(requestId, reward.to(), reward.amount())
				.update();
		}
	}

	List<Row> findAll() {
		return this.jdbc.sql("SELECT request_id, recipient, amount FROM reward ORDER BY recipient, request_id")
			.query(Row.class)
			.list();
	}

	record Row(String requestId, String recipient, int amount) {
	}

}
