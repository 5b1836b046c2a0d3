package io.idempotent.store.jdbc;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLDataException;
import java.sql.SQLException;

import io.idempotent.store.Claim;
import io.idempotent.store.ClaimResult;

/**
 * Claims a record by inserting its row at once; only if there is one already, as
 * {@link PortableClaim} does. The row is read under a shared lock: at REPEATABLE READ it
 * would otherwise not be seen, although it was in the way.
 */
final class MySqlClaim implements ClaimProtocol {

	/** How long another transaction is waited for at most. */
	private static final int SECONDS = 2;

	private final JdbcDialect dialect;

	private final Connections connections;

	private final PortableClaim existing;

	private final Statements statements;

	private final String fence;

	MySqlClaim(JdbcDialect dialect, String table, Statements statements, Connections connections) {
		this.dialect = dialect;
		this.connections = connections;
		this.existing = new PortableClaim(dialect,
				new RowReader(dialect, table, connections, connections.areJoined() ? " LOCK IN SHARE MODE" : ""),
				statements, connections);
		this.statements = statements;
		this.fence = "LAST_INSERT_ID(" + dialect.epochMicros(dialect.now()) + ")";
	}

	@Override
	public ClaimResult claim(Claim claim) throws SQLException {
		try {
			return new ClaimResult.Acquired(1, insert(claim));
		}
		catch (SQLException ex) {
			if (this.dialect.isDuplicateKey(ex)) {
				return this.existing.claim(claim);
			}
			if (this.dialect.isLocked(ex)) {
				return new ClaimResult.InProgress(null);
			}
			throw ex;
		}
	}

	/**
	 * Inserts the row.
	 * @return its fencing token, which the server sends along as the last inserted id
	 */
	private long insert(Claim claim) throws SQLException {
		Sql sql = this.statements.insert(claim, this.fence).within(SECONDS);
		return this.connections.run((connection) -> {
			try (PreparedStatement statement = sql.prepareWithNumber(connection)) {
				statement.executeUpdate();
				try (ResultSet number = statement.getGeneratedKeys()) {
					if (!number.next()) {
						throw new SQLDataException("The server did not say the fencing token");
					}
					return number.getLong(1);
				}
			}
		});
	}

}
