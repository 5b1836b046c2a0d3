package io.idempotent.sample.user;

import java.util.List;

import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.GeneratedKeyHolder;
import org.springframework.jdbc.support.KeyHolder;
import org.springframework.stereotype.Repository;

/**
 * The users.
 */
@Repository
class Users {

	private final JdbcClient jdbc;

	Users(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Creates a user.
	 * @throws DuplicateKeyException if another one has the address
	 */
	User create(NewUser user) {
		KeyHolder id = new GeneratedKeyHolder();
		this.jdbc.sql("INSERT INTO app_user (name, email, created_at) VALUES (?, ?, CURRENT_TIMESTAMP)")
			.params(user.name(), user.email())
			.update(id, "id");
		return this.jdbc.sql("SELECT * FROM app_user WHERE id = ?").param(id.getKey()).query(User.class).single();
	}

	List<User> findAll() {
		return this.jdbc.sql("SELECT * FROM app_user ORDER BY id").query(User.class).list();
	}

}
