package io.idempotent.store.jdbc;

import java.sql.SQLException;

import io.idempotent.IdempotencyStoreException;
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
			throw new IdempotencyStoreException((key != null) ? key.operation() : "*", (key != null) ? key.key() : null,
					otherwise, ex);
		}
	}

}
