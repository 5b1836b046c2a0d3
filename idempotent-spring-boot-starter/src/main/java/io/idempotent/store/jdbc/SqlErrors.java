package io.idempotent.store.jdbc;

import java.sql.SQLDataException;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.List;
import java.util.function.Predicate;

/**
 * Looks for an error in all that an exception carries: pools, proxies and batches wrap
 * the one that matters.
 */
final class SqlErrors {

	private static final List<String> PERMANENT = List.of("21", "22", "23", "28", "3D", "3F", "42", "44", "54");

	/** MySQL has too many connections of a user, which it reports as an access rule. */
	private static final int USER_CONNECTIONS = 1203;

	private static final int USER_LIMIT = 1226;

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

	/**
	 * Whether the same statement fails however often it is repeated, until the database
	 * or the application is changed: values that cannot be stored, constraints, rights,
	 * what is not there, limits. A feature that is not supported (0A) is none: PostgreSQL
	 * says that of a plan from before a migration.
	 */
	static boolean isPermanent(SQLException ex) {
		return anyOf(ex,
				(error) -> (hasClass(error, PERMANENT)
						&& !List.of(USER_CONNECTIONS, USER_LIMIT).contains(error.getErrorCode()))
						|| error instanceof SQLDataException || error instanceof SQLFeatureNotSupportedException);
	}

	static boolean hasClass(SQLException error, List<String> classes) {
		return error.getSQLState() != null && error.getSQLState().length() == 5
				&& classes.contains(error.getSQLState().substring(0, 2));
	}

}
