package io.idempotent.store.jdbc;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.NoSuchElementException;

import io.idempotent.IdempotencyStoreException;
import io.idempotent.InvalidIdempotencyKeyException;
import io.idempotent.store.RecordKey;
import org.jspecify.annotations.Nullable;

/**
 * What may fail with an {@link SQLException}.
 */
interface DatabaseCall<T> {

	T run() throws SQLException;

	/**
	 * Runs the call.
	 * @param key the record that it is about, null if there are many
	 * @param otherwise a sentence that says what could not be done
	 * @throws IdempotencyStoreException instead of the {@link SQLException}
	 */
	static <T> T attempt(@Nullable RecordKey key, String otherwise, DatabaseCall<T> call) {
		try {
			return call.run();
		}
		catch (SQLException ex) {
			throw failed(key, otherwise, ex);
		}
	}

	/**
	 * Runs a call that stores what the application says: scope, operation and key.
	 * @throws InvalidIdempotencyKeyException if the database cannot store one of them
	 * @throws IdempotencyStoreException instead of any other {@link SQLException}
	 */
	static <T> T attemptClaim(RecordKey key, JdbcDialect dialect, String otherwise, DatabaseCall<T> call) {
		try {
			return call.run();
		}
		catch (SQLException ex) {
			if (dialect.isUnstorable(ex)) {
				throw new InvalidIdempotencyKeyException(key.operation(), key.key(),
						"the key, or the scope that it is in, has characters that cannot be stored, or too many", ex);
			}
			throw failed(key, otherwise, ex);
		}
	}

	private static IdempotencyStoreException failed(@Nullable RecordKey key, String otherwise, SQLException ex) {
		return new IdempotencyStoreException((key != null) ? key.operation() : "*", (key != null) ? key.key() : null,
				isPoolExhausted(ex)
						? otherwise + " All connections of the pool are in use, and none became free in time."
						: otherwise,
				!SqlErrors.isPermanent(ex), ex);
	}

	/**
	 * A pool that could not open connections says why as the cause.
	 */
	private static boolean isPoolExhausted(SQLException ex) {
		return ex.getClass().getSimpleName().equals("PoolExhaustedException")
				|| (ex instanceof SQLTransientConnectionException && ex.getSQLState() == null && ex.getCause() == null)
				|| ex.getCause() instanceof NoSuchElementException;
	}

}
