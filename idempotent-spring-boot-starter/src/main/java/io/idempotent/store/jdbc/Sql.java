package io.idempotent.store.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A statement with its parameters, of which only bytes may be null.
 *
 * @param text the text
 * @param parameters the parameters
 * @param seconds how long it may take, 0 for as long as it takes
 */
record Sql(String text, List<@Nullable Object> parameters, int seconds) {

	/** Longer than any work on one row takes, unless another transaction has it. */
	private static final int SECONDS = 10;

	static Sql of(String text, @Nullable Object... parameters) {
		return new Sql(text, Collections.unmodifiableList(Arrays.asList(parameters)), SECONDS);
	}

	Sql within(int seconds) {
		return new Sql(this.text, this.parameters, seconds);
	}

	/**
	 * Prepares the statement and binds its parameters.
	 */
	PreparedStatement prepare(Connection connection) throws SQLException {
		return prepared(connection.prepareStatement(this.text));
	}

	/**
	 * The same for an INSERT that answers a number.
	 */
	PreparedStatement prepareWithNumber(Connection connection) throws SQLException {
		return prepared(connection.prepareStatement(this.text, PreparedStatement.RETURN_GENERATED_KEYS));
	}

	private PreparedStatement prepared(PreparedStatement statement) throws SQLException {
		try {
			if (this.seconds > 0) {
				statement.setQueryTimeout(this.seconds);
			}
			bindTo(statement);
			return statement;
		}
		catch (SQLException | RuntimeException ex) {
			statement.close();
			throw ex;
		}
	}

	void bindTo(PreparedStatement statement) throws SQLException {
		for (int i = 0; i < this.parameters.size(); i++) {
			Object parameter = this.parameters.get(i);
			if (parameter != null) {
				statement.setObject(i + 1, parameter);
			}
			else {
				statement.setNull(i + 1, Types.VARBINARY);
			}
		}
	}

}
