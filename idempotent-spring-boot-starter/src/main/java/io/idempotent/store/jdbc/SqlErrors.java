package io.idempotent.store.jdbc;

import java.sql.SQLException;
import java.util.List;
import java.util.function.Predicate;

/**
 * Looks for an error in all that an exception carries: pools, proxies and batches wrap
 * the one that matters.
 */
final class SqlErrors {

	private SqlErrors() {
	}

	static boolean hasCode(SQLException ex, Integer... codes) {
		return anyOf(ex, (error) -> List.of(codes).contains(error.getErrorCode()));
	}

	static boolean hasState(SQLException ex, String... states) {
		return anyOf(ex, (error) -> error.getSQLState() != null && List.of(states).contains(error.getSQLState()));
	}

	static boolean anyOf(SQLException ex, Predicate<SQLException> wanted) {
		for (Throwable error : ex) {
			if (error instanceof SQLException sqlError && wanted.test(sqlError)) {
				return true;
			}
		}
		return false;
	}

}
