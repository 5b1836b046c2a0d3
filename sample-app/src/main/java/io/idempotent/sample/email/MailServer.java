package io.idempotent.sample.email;

import java.util.List;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Stands for an outside system and its client. Keeps what it received in a table of its
 * own, and never deduplicates.
 */
@Component
class MailServer {

	private static final String SELECT = "SELECT message_id, recipient, subject, sent_at FROM sent_email ";

	private final JdbcClient jdbc;

	MailServer(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Takes an email.
	 * @param messageId the id that the sender has chosen
	 */
	SentEmail send(String messageId, Message message) {
		this.jdbc.sql("""
				INSERT INTO sent_email (message_id, recipient, subject, content, sent_at)
				VALUES (?, ?, ?, ?, CURRENT_TIMESTAMP)""")
			.params(messageId, message.to(), message.subject(), message.text())
			.update();
		return this.jdbc.sql(SELECT + "WHERE message_id = ? ORDER BY sent_at DESC LIMIT 1")
			.param(messageId)
			.query(SentEmail.class)
			.single();
	}

	List<SentEmail> findAll() {
		return this.jdbc.sql(SELECT + "ORDER BY sent_at, message_id").query(SentEmail.class).list();
	}

}
