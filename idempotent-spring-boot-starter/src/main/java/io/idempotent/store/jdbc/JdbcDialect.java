package io.idempotent.store.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

/**
 * What is different about a database: how it tells the time, words a statement, reports
 * an error and claims a record. {@link JdbcDialects} knows all of them.
 */
public abstract class JdbcDialect {

	private final String platform;

	private final String product;

	JdbcDialect(String platform, String product) {
		this.platform = platform;
		this.product = product;
	}

	/**
	 * The name of the product, as its driver says it.
	 */
	final String product() {
		return this.product;
	}

	/**
	 * The name of the platform: that of the schema script.
	 * @return such as {@code h2}
	 */
	public final String platform() {
		return this.platform;
	}

	/**
	 * The name of the database.
	 */
	@Override
	public final String toString() {
		return this.product;
	}

	/**
	 * The time of the database when the statement runs, not when its transaction began.
	 */
	abstract String now();

	/**
	 * The time of the database when the statement or its transaction began: the same for
	 * all rows, so that an index can be searched for it.
	 */
	String begin() {
		return now();
	}

	/**
	 * The same as {@link #now}, later by a bound duration.
	 */
	abstract String later();

	/**
	 * What is bound to {@link #later()}: a value, or an array of them.
	 */
	Object bindMillis(long millis) {
		return millis;
	}

	/**
	 * A time in a form that {@link #micros} reads: whole microseconds since 1970 as a
	 * bigint.
	 */
	abstract String epochMicros(String time);

	/**
	 * Reads a time as microseconds since 1970.
	 */
	@Nullable Long micros(ResultSet row, String column) throws SQLException {
		long micros = row.getLong(column);
		return row.wasNull() ? null : micros;
	}

	/**
	 * A table that has one row.
	 */
	String oneRow() {
		return "(VALUES (1)) d (one)";
	}

	/**
	 * Ends a SELECT that is limited to a bound number of rows.
	 */
	String limit() {
		return "FETCH FIRST ? ROWS ONLY";
	}

	/**
	 * Deletes up to a bound number of rows that fulfil the condition.
	 */
	String purge(String table, String condition) {
		return "DELETE FROM " + table + " WHERE " + condition + " " + limit();
	}

	/**
	 * The same without rows that other transactions have, for when {@link #purge} was
	 * given up because of one of them.
	 * @return empty if there is no such statement
	 */
	Optional<String> purgeUnlocked(String table, String condition) {
		return Optional.empty();
	}

	/**
	 * Whether a DELETE of many rows must run at READ COMMITTED, because it would keep
	 * others from inserting at the level that is usual.
	 */
	boolean purgesAtReadCommitted() {
		return false;
	}

	/**
	 * The type of the column that holds results, one of {@link Types}.
	 */
	int typeOfResults() {
		return Types.VARBINARY;
	}

	/**
	 * What is inserted for a bound scope, which may be empty.
	 */
	String scope() {
		return "?";
	}

	/**
	 * What is bound for an owner token.
	 */
	Object bind(UUID token) {
		return token.toString();
	}

	/**
	 * Statements that change nothing, and fail unless the table has all its columns and
	 * the user may read, insert, update and delete its rows.
	 */
	List<String> verify(String table, String columns, String nothing) {
		return List.of("UPDATE " + table + " SET status = 3 WHERE 1 = 0 AND " + nothing,
				"INSERT INTO " + table + " (" + columns + ") SELECT " + columns + " FROM " + table + " WHERE 1 = 0",
				"DELETE FROM " + table + " WHERE 1 = 0");
	}

	/**
	 * How records are claimed.
	 */
	ClaimProtocol claims(String table, Statements statements, Connections connections) {
		return new PortableClaim(this, new RowReader(this, table, connections), statements, connections);
	}

	/**
	 * Whether claims can be part of the caller's transaction: a statement that fails
	 * leaves it usable, and whoever meets the record of another one waits within a bound.
	 */
	boolean canJoin() {
		return false;
	}

	/**
	 * How long the server lets a transaction sit idle whose client hangs, for which
	 * records that it has claimed are locked.
	 * @return what is set, if that is for ever
	 */
	Optional<String> unboundedIdleTransactions(Connection connection) throws SQLException {
		return Optional.empty();
	}

	/**
	 * Whether a setting of the server is zero.
	 */
	static boolean isZero(Connection connection, String query) throws SQLException {
		try (Statement statement = connection.createStatement(); ResultSet result = statement.executeQuery(query)) {
			return result.next() && result.getLong(1) == 0;
		}
	}

	/**
	 * Whether a row was not inserted because one with the same primary key exists.
	 */
	abstract boolean isDuplicateKey(SQLException ex);

	/**
	 * Whether the database has undone the statement on account of another one running at
	 * the same time, and asks for it to be repeated.
	 */
	boolean isTransient(SQLException ex) {
		return SqlErrors.hasState(ex, "40001", "40P01");
	}

	/**
	 * Whether the statement was given up because another transaction, which goes on, has
	 * the row. Where claims wait for rows, the present transaction goes on as well.
	 */
	boolean isLocked(SQLException ex) {
		return false;
	}

	/**
	 * Whether a table, column or schema does not exist.
	 */
	abstract boolean isMissing(SQLException ex);

	/**
	 * Whether the database has no room for a text, or none of its characters.
	 */
	boolean isUnstorable(SQLException ex) {
		return SqlErrors.anyOf(ex, (error) -> SqlErrors.hasClass(error, List.of("22")));
	}

	/**
	 * Whether the user may not do what the statement does.
	 */
	boolean isDenied(SQLException ex) {
		return SqlErrors.hasState(ex, "42501");
	}

	/**
	 * Answers the present user as GRANT writes it.
	 */
	String grantee() {
		return "SELECT CURRENT_USER FROM " + oneRow();
	}

	/**
	 * Answers the schema of a table that is named without one; empty if none is needed.
	 */
	String currentSchema() {
		return "";
	}

	/**
	 * Answers the schema that the user may not look into, of those that have the table;
	 * empty if a database has no such right.
	 */
	String hiddenSchema(String schema, String table) {
		return "";
	}

	/**
	 * Answers the verbs that are denied on a table in a schema that is hidden.
	 */
	String deniedIn(String schema, String table) {
		return "";
	}

	/**
	 * Lets a user create tables, of a schema and the user.
	 */
	String grantCreate() {
		return "GRANT CREATE ON SCHEMA %s TO %s";
	}

	/**
	 * Says what is missing for a table to be used, if that is why a statement failed.
	 * @param ex why it failed
	 * @param dataSource gives connections of the same user
	 * @param table the name of the table
	 * @return the exception to be thrown, {@code ex} if it has other reasons
	 */
	final Exception explain(SQLException ex, DataSource dataSource, String table) {
		try {
			TablePrivileges privileges = new TablePrivileges(this, dataSource, table);
			if (isDenied(ex) || (isMissing(ex) && !privileges.hiddenSchema().isEmpty())) {
				return new MissingPrivilegesException(table, privileges.missing(), ex);
			}
		}
		catch (SQLException trouble) {
			ex.addSuppressed(trouble);
		}
		if (isMissing(ex)) {
			return new MissingTableException(table, this.platform, ex);
		}
		return isReadOnly(ex) ? new ReadOnlyDatabaseException(table, ex) : ex;
	}

	/**
	 * Says what is missing for a table to be created, if its user may not.
	 * @param ex why it failed
	 * @param dataSource gives connections of the same user
	 * @param table the name of the table
	 * @return the statement that lets it, empty if it failed for other reasons
	 */
	public final Optional<String> missingGrantToCreate(SQLException ex, DataSource dataSource, String table) {
		if (!isDenied(ex)) {
			return Optional.empty();
		}
		try {
			return Optional.of(new TablePrivileges(this, dataSource, table).create());
		}
		catch (SQLException trouble) {
			ex.addSuppressed(trouble);
			return Optional.empty();
		}
	}

	/**
	 * Whether a statement failed because nothing can be changed in the database.
	 * @param ex why it failed
	 * @return whether it is read-only, or the transaction is
	 */
	public final boolean refusesChanges(SQLException ex) {
		return isReadOnly(ex);
	}

	/**
	 * Whether nothing can be changed in the database.
	 */
	boolean isReadOnly(SQLException ex) {
		return SqlErrors.hasState(ex, "25006");
	}

}
