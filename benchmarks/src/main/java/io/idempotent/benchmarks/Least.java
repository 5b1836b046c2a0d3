package io.idempotent.benchmarks;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

import javax.sql.DataSource;

/**
 * The least that can be written: a row whose primary key is the key, and its result. No
 * owner, no lease, no expiry, no fingerprint, and no encoding.
 */
final class Least {

	static final String SCHEMA = "CREATE TABLE least (idem_key text PRIMARY KEY, status smallint NOT NULL, result bytea)";

	private final DataSource dataSource;

	private final byte[] result = new byte[130];

	Least(DataSource dataSource) {
		this.dataSource = dataSource;
	}

	Receipt submit(String workflowId) throws SQLException {
		try (Connection connection = this.dataSource.getConnection();
				PreparedStatement statement = connection
					.prepareStatement("INSERT INTO least (idem_key, status) VALUES (?, 0)")) {
			statement.setString(1, workflowId);
			statement.executeUpdate();
		}
		Receipt receipt = Receipt.of(workflowId);
		try (Connection connection = this.dataSource.getConnection();
				PreparedStatement statement = connection
					.prepareStatement("UPDATE least SET status = 1, result = ? WHERE idem_key = ? AND status = 0")) {
			statement.setBytes(1, this.result);
			statement.setString(2, workflowId);
			statement.executeUpdate();
		}
		return receipt;
	}

}
