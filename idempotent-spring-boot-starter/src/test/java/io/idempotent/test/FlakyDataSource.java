package io.idempotent.test;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.function.Supplier;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

/**
 * Breaks connections on demand. Its statements fail before they are executed, or after:
 * then only the reply is lost, if the connection commits by itself.
 */
public final class FlakyDataSource extends InterceptingDataSource {

	private volatile boolean down;

	private @Nullable Fault fault;

	/**
	 * Creates the data source, which works at first.
	 * @param target gives the connections
	 */
	public FlakyDataSource(DataSource target) {
		super(target);
	}

	/**
	 * Refuses connections, or gives them again.
	 * @param down whether the database cannot be reached
	 */
	public void setDown(boolean down) {
		this.down = down;
	}

	/**
	 * Lets the connection break before the next statements.
	 * @param beginning how they begin, such as {@code UPDATE}; empty for all
	 * @param times how many of them
	 */
	public void failBefore(String beginning, int times) {
		failBefore(beginning, times, FlakyDataSource::brokenConnection);
	}

	/**
	 * Lets the next statements fail.
	 * @param beginning how they begin, such as {@code UPDATE}; empty for all
	 * @param times how many of them
	 * @param error the error
	 */
	public synchronized void failBefore(String beginning, int times, Supplier<SQLException> error) {
		this.fault = new Fault(beginning, times, false, error);
	}

	/**
	 * Lets the connection break after the next statements were executed: their replies
	 * are lost.
	 * @param beginning how they begin, such as {@code UPDATE}; empty for all
	 * @param times how many of them
	 */
	public synchronized void failAfter(String beginning, int times) {
		this.fault = new Fault(beginning, times, true, FlakyDataSource::brokenConnection);
	}

	@Override
	@Nullable Object execute(String sql, Execution execution) throws SQLException {
		Fault due = due(sql);
		if (due == null) {
			return execution.proceed();
		}
		if (due.afterwards()) {
			execution.proceed();
		}
		throw due.error().get();
	}

	@Override
	void opened() throws SQLException {
		if (this.down) {
			throw brokenConnection();
		}
	}

	private synchronized @Nullable Fault due(String sql) {
		Fault due = this.fault;
		if (due == null || !sql.startsWith(due.beginning())) {
			return null;
		}
		this.fault = (due.times() > 1) ? new Fault(due.beginning(), due.times() - 1, due.afterwards(), due.error())
				: null;
		return due;
	}

	private static SQLException brokenConnection() {
		return new SQLTransientConnectionException("The connection is broken", "08006");
	}

	private record Fault(String beginning, int times, boolean afterwards, Supplier<SQLException> error) {
	}

}
