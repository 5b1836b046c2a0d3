package io.idempotent.engine;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

import com.zaxxer.hikari.HikariDataSource;
import io.idempotent.ThrowingCallback;
import io.idempotent.TransactionMode;
import io.idempotent.database.TestDatabase;
import io.idempotent.database.TestDatabase.Address;
import io.idempotent.engine.operation.MethodTransaction;
import io.idempotent.engine.operation.Operation;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.interceptor.RuleBasedTransactionAttribute;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * One node whose records are part of transactions, with a pool, a transaction manager and
 * business of its own.
 */
final class JoiningNode implements AutoCloseable {

	final HikariDataSource pool;

	final JdbcTemplate jdbc;

	final ScriptedTransactionManager manager;

	final TransactionTemplate transaction;

	final TestEngine engine;

	JoiningNode(TestDatabase database, Address address, int poolSize) {
		this.pool = database.pool(address, poolSize);
		this.jdbc = new JdbcTemplate(this.pool);
		this.manager = new ScriptedTransactionManager(this.pool);
		this.transaction = new TransactionTemplate(this.manager);
		this.engine = new TestEngine(database.store(this.pool));
		this.engine.transaction = TransactionMode.JOIN;
		this.engine.transactionManager = this.manager;
	}

	/** A database with a table for records and one for what the methods do. */
	static Address create(TestDatabase database) {
		Address address = database.create();
		TestDatabase.execute(address, "CREATE TABLE effect (id VARCHAR(80) NOT NULL, who VARCHAR(40) NOT NULL)");
		return address;
	}

	TransactionTemplate transaction(int propagation) {
		TransactionTemplate template = new TransactionTemplate(this.manager);
		template.setPropagationBehavior(propagation);
		return template;
	}

	TransactionTemplate isolated(int isolation) {
		TransactionTemplate template = new TransactionTemplate(this.manager);
		template.setIsolationLevel(isolation);
		return template;
	}

	/** An operation whose method asks for a transaction. */
	Operation operation(String name, RuleBasedTransactionAttribute attribute) {
		return this.engine.operation(name, String.class, new MethodTransaction(attribute, null));
	}

	static RuleBasedTransactionAttribute attribute(int propagation) {
		RuleBasedTransactionAttribute attribute = new RuleBasedTransactionAttribute();
		attribute.setPropagationBehavior(propagation);
		return attribute;
	}

	/** A method that does its business and returns. */
	ThrowingCallback<String, RuntimeException> write(String key, String who) {
		return () -> {
			effect(key, who);
			return who;
		};
	}

	void effect(String key, String who) {
		this.jdbc.update("INSERT INTO effect VALUES (?, ?)", key, who);
	}

	String submit(String key, String who) {
		return this.engine.call(key, write(key, who));
	}

	long effects(String key) {
		return this.jdbc.queryForObject("SELECT count(*) FROM effect WHERE id = ?", Long.class, key);
	}

	/** How many records there are, whatever they say. */
	long records(String key) {
		return this.jdbc.queryForObject("SELECT count(*) FROM idempotency_record WHERE idem_key = ?", Long.class, key);
	}

	/** Does something on another thread, and waits for it. */
	static <T> T elsewhere(Callable<T> task) {
		try {
			return later(task).get(40, TimeUnit.SECONDS);
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof RuntimeException failure) {
				throw failure;
			}
			throw new IllegalStateException(ex.getCause());
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	static <T> FutureTask<T> later(Callable<T> task) {
		FutureTask<T> future = new FutureTask<>(task);
		Thread thread = new Thread(future);
		thread.setDaemon(true);
		thread.start();
		return future;
	}

	@Override
	public void close() {
		this.engine.close();
		this.pool.close();
	}

	/** Does what a test says at the end of a transaction. */
	@SuppressWarnings("serial")
	static final class ScriptedTransactionManager extends JdbcTransactionManager {

		transient @Nullable Runnable beforeCommit;

		transient @Nullable Runnable afterCommit;

		transient @Nullable Runnable afterRollback;

		ScriptedTransactionManager(HikariDataSource pool) {
			super(pool);
		}

		/** Once: what comes then is not part of the play. */
		private void run(@Nullable Runnable script) {
			if (script != null) {
				this.beforeCommit = null;
				this.afterCommit = null;
				this.afterRollback = null;
				script.run();
			}
		}

		@Override
		protected void doCommit(DefaultTransactionStatus status) {
			run(this.beforeCommit);
			super.doCommit(status);
			run(this.afterCommit);
		}

		@Override
		protected void doRollback(DefaultTransactionStatus status) {
			super.doRollback(status);
			run(this.afterRollback);
		}

	}

	static RuleBasedTransactionAttribute required() {
		return attribute(TransactionDefinition.PROPAGATION_REQUIRED);
	}

}
