package io.idempotent.test;

import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

/**
 * Counts the statements executed on its connections, a batch as one: each is a round trip
 * to the database.
 */
public final class StatementCountingDataSource extends InterceptingDataSource {

	private final List<String> statements = new CopyOnWriteArrayList<>();

	private final AtomicInteger commits = new AtomicInteger();

	private final AtomicInteger open = new AtomicInteger();

	private final AtomicInteger mostOpen = new AtomicInteger();

	/**
	 * Creates the data source.
	 * @param target gives the connections
	 */
	public StatementCountingDataSource(DataSource target) {
		super(target);
	}

	/**
	 * Forgets all that was counted, except open connections.
	 */
	public void reset() {
		this.statements.clear();
		this.commits.set(0);
		this.mostOpen.set(this.open.get());
	}

	/**
	 * The number of statements.
	 * @return the number since the last reset
	 */
	public int count() {
		return this.statements.size();
	}

	/**
	 * The statements.
	 * @return their texts in the order of their execution, since the last reset
	 */
	public List<String> statements() {
		return List.copyOf(this.statements);
	}

	/**
	 * The number of explicit commits.
	 * @return the number since the last reset
	 */
	public int commits() {
		return this.commits.get();
	}

	/**
	 * The number of connections that are open now.
	 * @return the number
	 */
	public int openConnections() {
		return this.open.get();
	}

	/**
	 * The largest number of connections that were open at once.
	 * @return the number since the last reset
	 */
	public int mostOpenConnections() {
		return this.mostOpen.get();
	}

	@Override
	@Nullable Object execute(String sql, Execution execution) throws SQLException {
		this.statements.add(sql);
		return execution.proceed();
	}

	@Override
	void opened() {
		this.mostOpen.accumulateAndGet(this.open.incrementAndGet(), Math::max);
	}

	@Override
	void closed() {
		this.open.decrementAndGet();
	}

	@Override
	void committed() {
		this.commits.incrementAndGet();
	}

}
