package io.idempotent.store.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A statement with its parameters; null stands for bytes that are missing.
 *
 * @param text the text
 * @param parameters the parameters
 * @param seconds how long it may take, 0 for as long as it takes
 */
record Sql(String text, List<@Nullable Object> parameters, int seconds) {

	/** Longer than any work on one row takes, unless another transaction has it. */
	private static final int SECONDS = 10;

	/**
	 * Creates a statement.
	 * @param parameters values, arrays of values, or {@link Null}
	 */
	static Sql of(String text, @Nullable Object... parameters) {
		List<@Nullable Object> all = new ArrayList<>();
		for (Object parameter : parameters) {
			if (parameter instanceof Object[] several) {
				all.addAll(Arrays.asList(several));
			}
			else {
				all.add(parameter);
			}
		}
		return new Sql(text, Collections.unmodifiableList(all), SECONDS);
	}

	Sql within(int seconds) {
		return new Sql(this.text, this.parameters, seconds);
	}

	/**
	 * Narrows the condition that the text ends with.
	 */
	Sql and(String condition, Object... parameters) {
		List<@Nullable Object> all = new ArrayList<>(this.parameters);
		all.addAll(Arrays.asList(parameters));
		return new Sql(this.text + " AND " + condition, Collections.unmodifiableList(all), this.seconds);
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
			if (parameter instanceof Null nothing) {
				statement.setNull(i + 1, nothing.type());
			}
			else if (parameter != null) {
				statement.setObject(i + 1, parameter);
			}
			else {
				statement.setNull(i + 1, Types.VARBINARY);
			}
		}
	}

	/**
	 * Null of another type than bytes.
	 *
	 * @param type one of {@link Types}
	 */
	record Null(int type) {
	}

}
