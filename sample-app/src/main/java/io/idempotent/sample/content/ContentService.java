package io.idempotent.sample.content;

import java.util.List;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.GeneratedKeyHolder;
import org.springframework.jdbc.support.KeyHolder;
import org.springframework.stereotype.Service;

/**
 * Keeps what was submitted. Equal contents are not duplicates of one another: their
 * authors may mean it.
 */
@Service
class ContentService {

	private static final String SELECT = "SELECT id, author, title, submitted_at FROM content_submission ";

	private final JdbcClient jdbc;

	ContentService(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	Submission submit(String author, Content content) {
		KeyHolder id = new GeneratedKeyHolder();
		this.jdbc.sql("""
				INSERT INTO content_submission (author, title, content, submitted_at)
				VALUES (?, ?, ?, CURRENT_TIMESTAMP)""")
			.params(author, content.title(), content.text())
			.update(id, "id");
		return this.jdbc.sql(SELECT + "WHERE id = ?").param(id.getKey()).query(Submission.class).single();
	}

	List<Submission> findAll() {
		return this.jdbc.sql(SELECT + "ORDER BY id").query(Submission.class).list();
	}

}
