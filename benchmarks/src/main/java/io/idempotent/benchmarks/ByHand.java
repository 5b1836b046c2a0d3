package io.idempotent.benchmarks;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.UUID;

import javax.sql.DataSource;

import tools.jackson.databind.json.JsonMapper;

/**
 * What somebody would write by hand who wants the same on PostgreSQL: claim, method,
 * completion, in two prepared statements with auto-commit on the same table, with owner
 * token, lease, expiry and fingerprint.
 */
public class ByHand {

	private static final long LEASE = 30_000;

	private static final long TTL = 24 * 60 * 60 * 1_000;

	private final DataSource dataSource;

	private final String claim;

	private final String complete;

	private final int seconds;

	private final JsonMapper mapper = new JsonMapper();

	private final byte[] fingerprint = new byte[32];

	/**
	 * Creates it.
	 * @param dataSource gives the connections
	 * @param table the name of the table
	 * @param seconds how long a statement may take, 0 for as long as it takes
	 */
	public ByHand(DataSource dataSource, String table, int seconds) {
		this.dataSource = dataSource;
		this.seconds = seconds;
		this.claim = """
				INSERT INTO %s (record_id, scope, operation, idem_key, status, owner_token, attempt, fence, fingerprint,
				lease_until, expires_at, created_at) VALUES (?, ?, ?, ?, 0, ?, 1, 1, ?,
				clock_timestamp() + ? * interval '1 millisecond', clock_timestamp() + ? * interval '1 millisecond',
				clock_timestamp()) ON CONFLICT (record_id) DO NOTHING""".formatted(table);
		this.complete = """
				UPDATE %s SET status = 1, result_type = ?, result = ?, completed_at = clock_timestamp(),
				lease_until = NULL WHERE record_id = ? AND owner_token = ? AND status = 0""".formatted(table);
	}

	/**
	 * Claims, does nothing, and completes.
	 * @param workflowId the key
	 * @return the receipt
	 * @throws SQLException if the record is not stored
	 * @throws GeneralSecurityException never
	 */
	public Receipt submit(String workflowId) throws SQLException, GeneralSecurityException {
		byte[] id = MessageDigest.getInstance("SHA-256")
			.digest((Contracts.SUBMIT + "/" + workflowId).getBytes(StandardCharsets.UTF_8));
		UUID token = UUID.randomUUID();
		claim(id, workflowId, token);
		Receipt receipt = Receipt.of(workflowId);
		complete(id, token, this.mapper.writeValueAsBytes(receipt));
		return receipt;
	}

	void claim(byte[] id, String key, UUID token) throws SQLException {
		try (Connection connection = open(); PreparedStatement statement = connection.prepareStatement(this.claim)) {
			limit(statement);
			statement.setBytes(1, id);
			statement.setString(2, "");
			statement.setString(3, Contracts.SUBMIT);
			statement.setString(4, key);
			statement.setObject(5, token);
			statement.setBytes(6, this.fingerprint);
			statement.setLong(7, LEASE);
			statement.setLong(8, TTL);
			expectOne(statement.executeUpdate());
		}
	}

	void complete(byte[] id, UUID token, byte[] result) throws SQLException {
		try (Connection connection = open(); PreparedStatement statement = connection.prepareStatement(this.complete)) {
			limit(statement);
			statement.setString(1, "json/1");
			statement.setBytes(2, result);
			statement.setBytes(3, id);
			statement.setObject(4, token);
			expectOne(statement.executeUpdate());
		}
	}

	Connection open() throws SQLException {
		return this.dataSource.getConnection();
	}

	private void limit(PreparedStatement statement) throws SQLException {
		if (this.seconds > 0) {
			statement.setQueryTimeout(this.seconds);
		}
	}

	private static void expectOne(int rows) {
		if (rows != 1) {
			throw new IllegalStateException("The record is not ours");
		}
	}

}
