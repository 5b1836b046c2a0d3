package io.idempotent.store.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/**
 * MariaDB from 10.6 on, by way of its own driver.
 */
final class MariaDbDialect extends MySqlDialect {

	MariaDbDialect() {
		super("mariadb", "MariaDB");
	}

	@Override
	ClaimProtocol claims(String table, Statements statements, Connections connections) {
		return new MariaDbClaim(this, table, connections);
	}

	@Override
	Optional<String> unboundedIdleTransactions(Connection connection) throws SQLException {
		return isZero(connection, "SELECT @@idle_transaction_timeout + @@idle_write_transaction_timeout")
				? Optional.of("idle_transaction_timeout and idle_write_transaction_timeout are 0") : Optional.empty();
	}

}
