package io.idempotent.store.jdbc;

import java.sql.ResultSet;
import java.sql.SQLDataException;
import java.sql.SQLException;
import java.util.Objects;
import java.util.UUID;

import io.idempotent.store.RecordKey;
import org.jspecify.annotations.Nullable;

/**
 * What was seen at one moment: the time, and the row if there is one. The later of two is
 * that of the later attempt: a transaction that reads what there was when it began may
 * see a row that is gone besides the one that it has inserted since.
 */
record RowSnapshot(long now, @Nullable StoredRow row) implements Comparable<RowSnapshot> {

	static RowSnapshot read(ResultSet result, RecordKey wanted, JdbcDialect dialect, boolean withBody)
			throws SQLException {
		long now = Objects.requireNonNull(dialect.micros(result, "db_now"));
		if (result.getString("owner_token") == null) {
			return new RowSnapshot(now, null);
		}
		StoredRow row = StoredRow.read(result, dialect, withBody);
		// nobody gets somebody else's answer, whatever went wrong with the id
		if (!row.key().equals(wanted)) {
			throw new SQLDataException("The row with the id of this record holds another scope, operation or key");
		}
		return new RowSnapshot(now, row);
	}

	@Override
	public int compareTo(RowSnapshot other) {
		return Long.compare(fence(), other.fence());
	}

	private long fence() {
		return (this.row != null) ? this.row.fence() : 0;
	}

	StoredRow requireRow() throws SQLException {
		if (this.row == null) {
			throw new SQLDataException("The database did not answer the row");
		}
		return this.row;
	}

	boolean isInProgressOf(UUID owner) {
		return this.row != null && this.row.isInProgress() && this.row.token().equals(owner);
	}

	boolean isFinishedBy(UUID owner) {
		return this.row != null && this.row.isFinished() && this.row.token().equals(owner);
	}

	boolean isReleasedBy(UUID owner) {
		return this.row != null && this.row.isReleased() && this.row.token().equals(owner);
	}

}
