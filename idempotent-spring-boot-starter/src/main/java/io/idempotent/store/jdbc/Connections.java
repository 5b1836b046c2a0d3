package io.idempotent.store.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Where statements run: each on a connection of its own, or all on that of the caller's
 * transaction.
 */
interface Connections {

	/**
	 * Whether they are part of the caller's transaction.
	 */
	boolean areJoined();

	/**
	 * How many locks on records the caller's transaction holds.
	 */
	default int locks() {
		return 0;
	}

	/**
	 * Counts one more lock of the caller's transaction.
	 */
	default void countLock() {
	}

	/**
	 * Lends a connection for one statement.
	 */
	<T> T run(Work<T> work) throws SQLException;

	/**
	 * Runs a statement that changes rows.
	 * @return how many it has changed
	 */
	default int update(Sql sql) throws SQLException {
		return run((connection) -> {
			try (PreparedStatement statement = sql.prepare(connection)) {
				return statement.executeUpdate();
			}
		});
	}

	/**
	 * Runs statements that change rows, one after the other.
	 */
	default void updateAll(List<Sql> all) throws SQLException {
		for (Sql sql : all) {
			update(sql);
		}
	}

	/**
	 * Runs statements that differ in their parameters only, in one round trip.
	 * @return the number of rows that each has changed
	 */
	default int[] batch(List<Sql> batch) throws SQLException {
		return run((connection) -> {
			try (PreparedStatement statement = batch.get(0).prepare(connection)) {
				for (Sql sql : batch) {
					sql.bindTo(statement);
					statement.addBatch();
				}
				return statement.executeBatch();
			}
		});
	}

	/**
	 * Runs a statement that answers rows.
	 */
	default <T> List<T> list(Sql sql, RowMapping<T> reader) throws SQLException {
		return run((connection) -> {
			List<T> rows = new ArrayList<>();
			try (PreparedStatement statement = sql.prepare(connection); ResultSet result = statement.executeQuery()) {
				while (result.next()) {
					rows.add(reader.read(result));
				}
			}
			return rows;
		});
	}

	/** What is done with a connection. */
	interface Work<T> {

		T on(Connection connection) throws SQLException;

	}

	/** Reads one row. */
	interface RowMapping<T> {

		T read(ResultSet row) throws SQLException;

	}

}
