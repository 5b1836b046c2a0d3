package io.idempotent.engine;

import java.io.IOException;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

import com.zaxxer.hikari.HikariDataSource;
import io.idempotent.IdempotencyContext;
import io.idempotent.IdempotencyRecord.State;
import io.idempotent.OutcomeUnknownException;
import io.idempotent.database.LossyProxy;
import io.idempotent.database.TestDatabase;
import io.idempotent.database.TestDatabase.Address;
import io.idempotent.engine.failure.CommitFailures;
import io.idempotent.engine.transaction.CommitFailureListener;
import io.idempotent.store.memory.MemoryIdempotencyStore;
import org.h2.jdbc.JdbcConnection;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.core.ResolvableType;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.ConfigurableTransactionManager;
import org.springframework.transaction.HeuristicCompletionException;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.UnexpectedRollbackException;
import org.springframework.transaction.reactive.AbstractReactiveTransactionManager;
import org.springframework.transaction.reactive.GenericReactiveTransaction;
import org.springframework.transaction.reactive.TransactionalOperator;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * A commit that fails is unknown wherever it happens, unless the database said that it
 * rolled back.
 */
@Timeout(120)
class CommitTests {

	private final MemoryIdempotencyStore store = new MemoryIdempotencyStore();

	private final TestEngine node = new TestEngine(this.store);

	private @Nullable HikariDataSource pool;

	private Supplier<RuntimeException> commitFailure = () -> new DataAccessResourceFailureException("gone");

	private boolean rollbackFails;

	private String key = "";

	private int keys;

	/** Where the transaction of a method is. */
	enum Place {

		THREAD, OTHER_THREAD, CALLER

	}

	@AfterEach
	void close() {
		this.node.close();
		if (this.pool != null) {
			this.pool.close();
		}
	}

	private static <M extends ConfigurableTransactionManager> M watched(M manager) {
		manager.addListener(new CommitFailureListener());
		return manager;
	}

	/** Runs a method whose effect is in a transaction that fails to commit. */
	private void failToCommit(Place place, TransactionTemplate transaction, Runnable effect) {
		this.key = "k" + place + this.keys++;
		Supplier<String> work = () -> transaction.execute((status) -> {
			effect.run();
			return "done";
		});
		assertThatThrownBy(() -> {
			switch (place) {
				case THREAD -> this.node.call(this.key, work::get);
				case OTHER_THREAD -> this.node.future(this.key, () -> CompletableFuture.supplyAsync(work)).join();
				case CALLER -> transaction.executeWithoutResult((status) -> this.node.call(this.key, () -> {
					effect.run();
					return "done";
				}));
			}
		}).isNotInstanceOf(OutcomeUnknownException.class);
	}

	private State state() {
		return this.node.settlement().find("", "test", this.key).orElseThrow().state();
	}

	private void assertUnknown(Object description) {
		assertThat(state()).as("%s", description).isEqualTo(State.ABANDONED);
		assertThatExceptionOfType(OutcomeUnknownException.class)
			.isThrownBy(() -> this.node.call(this.key, () -> "again"));
	}

	private void assertReleased(Object description) {
		assertThat(state()).as("%s", description).isEqualTo(State.RELEASED);
		assertThat(this.node.call(this.key, () -> "again")).isEqualTo("again");
	}

	@ParameterizedTest
	@EnumSource(names = { "POSTGRESQL", "MARIADB" })
	void aCommitWhoseReplyIsLostIsUnknownWhereverItHappens(TestDatabase database) throws IOException {
		Address address = database.createEmpty();
		TestDatabase.execute(address, "CREATE TABLE effect (id INT)");
		try (LossyProxy proxy = new LossyProxy(address.port(), 1)) {
			this.pool = database.pool(address.at(proxy.port()), 2);
			JdbcTemplate jdbc = new JdbcTemplate(this.pool);
			proxy.loseRepliesTo("COMMIT");
			int lost = 0;
			for (Place place : Place.values()) {
				for (DataSourceTransactionManager manager : new DataSourceTransactionManager[] {
						watched(new JdbcTransactionManager(this.pool)),
						watched(new DataSourceTransactionManager(this.pool)) }) {
					failToCommit(place, new TransactionTemplate(manager),
							() -> jdbc.update("INSERT INTO effect VALUES (1)"));
					assertUnknown(place);
					assertThat(proxy.lostReplies()).isEqualTo(++lost);
				}
			}
			proxy.loseRepliesTo(null);
			assertThat(TestDatabase.number(this.pool, "SELECT count(*) FROM effect")).as("all of them committed")
				.isEqualTo(lost);
		}
	}

	@Test
	void whatPostgreSqlRefusesToCommitIsReleasedWhereverItHappens() {
		this.pool = TestDatabase.POSTGRESQL.pool(TestDatabase.POSTGRESQL.createEmpty(), 4);
		JdbcTemplate jdbc = new JdbcTemplate(this.pool);
		jdbc.execute("CREATE TABLE effect (id INT UNIQUE DEFERRABLE INITIALLY DEFERRED)");
		jdbc.execute("CREATE TABLE checked (id INT)");
		jdbc.execute("CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS "
				+ "$$ BEGIN RAISE EXCEPTION 'refused'; END $$");
		jdbc.execute("CREATE CONSTRAINT TRIGGER refusing AFTER INSERT ON checked DEFERRABLE INITIALLY DEFERRED "
				+ "FOR EACH ROW EXECUTE FUNCTION refuse()");
		jdbc.update("INSERT INTO effect VALUES (1)");
		for (Place place : Place.values()) {
			for (DataSourceTransactionManager manager : new DataSourceTransactionManager[] {
					watched(new JdbcTransactionManager(this.pool)),
					watched(new DataSourceTransactionManager(this.pool)) }) {
				TransactionTemplate transaction = new TransactionTemplate(manager);
				failToCommit(place, transaction, () -> jdbc.update("INSERT INTO effect VALUES (1)"));
				assertReleased("23505, " + place);
				failToCommit(place, transaction, () -> jdbc.update("INSERT INTO checked VALUES (1)"));
				assertReleased("P0001, " + place);
				transaction.setIsolationLevel(TransactionDefinition.ISOLATION_SERIALIZABLE);
				failToCommit(place, transaction, () -> {
					jdbc.queryForObject("SELECT count(*) FROM effect", Integer.class);
					jdbc.update("INSERT INTO effect VALUES (?)", 1_000 + this.keys);
					JoiningNode.elsewhere(() -> transaction.execute((status) -> {
						jdbc.queryForObject("SELECT count(*) FROM effect", Integer.class);
						return jdbc.update("INSERT INTO effect VALUES (?)", -this.keys);
					}));
				});
				assertReleased("40001, " + place);
			}
		}
	}

	/** A manager whose commits fail, but not its connection. */
	private TransactionTemplate failing(Supplier<? extends RuntimeException> failure) {
		this.pool = (this.pool != null) ? this.pool : TestDatabase.H2.pool(TestDatabase.H2.createEmpty(), 2);
		return new TransactionTemplate(new DataSourceTransactionManager(this.pool) {

			@Override
			protected void doCommit(DefaultTransactionStatus status) {
				throw failure.get();
			}

		});
	}

	private static Supplier<RuntimeException> sql(@Nullable String state) {
		return () -> new UncategorizedSQLException("commit", null, new SQLException("as the test says", state));
	}

	@ParameterizedTest
	@ValueSource(strings = { "40003", "08006", "08007", "57P01", "53100", "58030", "HY000", "XX000", "" })
	void aFailureOnALivingConnectionIsUnknownUnlessItsSqlStateSaysOtherwise(String state) {
		TransactionTemplate unheard = failing(sql(state.isEmpty() ? null : state));
		failToCommit(Place.THREAD, unheard, () -> {
		});
		assertUnknown(state);
		failToCommit(Place.OTHER_THREAD, unheard, () -> {
		});
		assertUnknown(state);
	}

	@ParameterizedTest
	@ValueSource(strings = { "40001", "40P01", "40002", "23505", "23000", "25P02", "22012", "P0001", "44000" })
	void aFailureOnALivingConnectionIsReleasedIfItsSqlStateSaysRolledBack(String state) {
		failToCommit(Place.THREAD, failing(sql(state)), () -> {
		});
		assertReleased(state);
		failToCommit(Place.OTHER_THREAD, failing(sql(state)), () -> {
		});
		assertReleased(state);
	}

	@Test
	void withoutAnSqlStateTheExceptionOfSpringSaysIt() {
		for (RuntimeException rolledBack : new RuntimeException[] { new DataIntegrityViolationException("unique"),
				new OptimisticLockingFailureException("version"), new UnexpectedRollbackException("rollback-only") }) {
			failToCommit(Place.OTHER_THREAD, failing(() -> {
				rolledBack.fillInStackTrace();
				return rolledBack;
			}), () -> {
			});
			assertReleased(rolledBack);
		}
		for (RuntimeException unknown : new RuntimeException[] { new DataAccessResourceFailureException("gone"),
				new TransactionSystemException("failed"), new IllegalStateException("a bug"),
				new HeuristicCompletionException(HeuristicCompletionException.STATE_MIXED, null) }) {
			failToCommit(Place.OTHER_THREAD, failing(() -> {
				unknown.fillInStackTrace();
				return unknown;
			}), () -> {
			});
			assertUnknown(unknown);
		}
	}

	/**
	 * Its caller's transaction fails to commit, on a connection that lives unless a test
	 * closes it.
	 * @param inside what is done inside of the caller's transaction
	 */
	private void failToCommitAround(TransactionTemplate caller, Runnable inside) {
		this.key = "around" + this.keys++;
		assertThatThrownBy(() -> caller.executeWithoutResult((status) -> {
			this.node.call(this.key, () -> "done");
			inside.run();
		})).isNotInstanceOf(OutcomeUnknownException.class);
	}

	private TransactionTemplate requiresNew() {
		TransactionTemplate template = new TransactionTemplate(watched(new DataSourceTransactionManager(this.pool)));
		template.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
		return template;
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void theEndOfAnotherTransactionInACallbackIsNotTakenForThatOfTheOneThatFailed(boolean rollsBack) {
		for (String state : new String[] { "08006", "40001" }) {
			TransactionTemplate caller = failing(
					() -> new TransactionSystemException("commit", new SQLException("as the test says", state)));
			watched((DataSourceTransactionManager) caller.getTransactionManager());
			failToCommitAround(caller,
					() -> TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

						@Override
						public void afterCompletion(int status) {
							requiresNew().executeWithoutResult((other) -> {
								if (rollsBack) {
									other.setRollbackOnly();
								}
							});
						}

					}));
			if (state.equals("40001")) {
				assertReleased(state);
			}
			else {
				assertUnknown(state);
			}
		}
	}

	@Test
	void aTransactionInsideOfACommitDoesNotHideThatTheCommitFailed() {
		this.pool = TestDatabase.H2.pool(TestDatabase.H2.createEmpty(), 4);
		// as Hibernate does it: the connection is lost, and a rollback reported
		DataSourceTransactionManager manager = watched(new DataSourceTransactionManager(this.pool) {

			@Override
			protected void doCommit(DefaultTransactionStatus status) {
				requiresNew().executeWithoutResult((other) -> {
				});
				ConnectionHolder holder = (ConnectionHolder) TransactionSynchronizationManager
					.getResource(obtainDataSource());
				try {
					holder.getConnection().unwrap(JdbcConnection.class).close();
				}
				catch (SQLException ex) {
					throw new IllegalStateException(ex);
				}
				throw new DataAccessResourceFailureException("gone");
			}

			@Override
			protected void doRollback(DefaultTransactionStatus status) {
			}

		});
		failToCommitAround(new TransactionTemplate(manager), () -> {
		});
		assertUnknown("flushed by the commit");
	}

	@Test
	void aPartWhoseCommitFailedUnnoticedMakesTheRestUnknownWhenItRollsBack() {
		TransactionTemplate system = failing(
				() -> new TransactionSystemException("commit", new SQLException("as the test says", "08006")));
		watched((DataSourceTransactionManager) system.getTransactionManager());
		system.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
		this.key = "part";
		new TransactionTemplate(watched(new DataSourceTransactionManager(this.pool))).executeWithoutResult((status) -> {
			this.node.call(this.key, () -> {
				assertThatThrownBy(() -> system.executeWithoutResult((audit) -> {
				})).isInstanceOf(TransactionSystemException.class);
				return "done without it";
			});
			status.setRollbackOnly();
		});
		assertUnknown("the audit may be there");
	}

	@Test
	void whatFailsAfterTheCommitHasHappenedIsNotRunAgain() {
		this.pool = TestDatabase.H2.pool(TestDatabase.H2.createEmpty(), 2);
		failToCommit(Place.OTHER_THREAD, new TransactionTemplate(new JdbcTransactionManager(this.pool)),
				() -> TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

					@Override
					public void afterCommit() {
						throw new DataIntegrityViolationException("of something else");
					}

				}));
		assertUnknown("after the commit");
	}

	@Test
	void aMethodThatIsCalledAfterACommitAndFailsIsReleased() {
		this.pool = TestDatabase.H2.pool(TestDatabase.H2.createEmpty(), 2);
		this.key = "after";
		assertThatThrownBy(() -> new TransactionTemplate(new JdbcTransactionManager(this.pool)).executeWithoutResult(
				(status) -> TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

					@Override
					public void afterCommit() {
						CommitTests.this.node.call("after", () -> {
							throw new IllegalStateException("declined");
						});
					}

				})))
			.hasMessage("declined");
		assertReleased("after");
	}

	@Test
	void whatTheMethodThrowsInsteadDoesNotHideItOnTheThreadsOfTheAttempt() {
		this.rollbackFails = true;
		TransactionalOperator operator = TransactionalOperator.create(watched(new FailingReactiveManager()));
		this.key = "swallowed";
		assertThatThrownBy(() -> this.node.future(this.key, () -> {
			IdempotencyContext attempt = IdempotencyContext.current().orElseThrow();
			return CompletableFuture
				.supplyAsync(() -> operator.transactional(Mono.just("done")).block(),
						attempt.wrap((Executor) (task) -> new Thread(task).start()))
				.exceptionally((failure) -> {
					throw new IllegalStateException("the payment failed");
				});
		}).join()).hasRootCauseMessage("the payment failed");
		assertUnknown("swallowed");
	}

	@Test
	void aFailureStaysMarkedHoweverOftenMemoryIsCollectedBeforeItArrives() {
		RuntimeException failure = this.commitFailure.get();
		new CommitFailureListener()
			.afterCommit(new DefaultTransactionStatus(null, null, true, true, false, false, false, null), failure);
		for (int i = 0; i < 3; i++) {
			System.gc();
			assertThat(CommitFailures.isMarked(failure)).isTrue();
		}
	}

	@Test
	void aReactiveTransactionWhoseCommitFailsIsUnknown() {
		Mono<String> answer = reactive(() -> new DataAccessResourceFailureException("the reply was lost"), true);
		assertThatThrownBy(answer::block).hasMessage("the rollback failed");
		assertUnknown("its rollback failed as well");
		assertThatThrownBy(
				() -> reactive(() -> new HeuristicCompletionException(HeuristicCompletionException.STATE_UNKNOWN, null),
						false)
					.block())
			.isInstanceOf(HeuristicCompletionException.class);
		assertUnknown("told to the listener");
		assertThatThrownBy(() -> reactive(() -> new DataAccessResourceFailureException("time-out"), false).block())
			.hasMessage("time-out");
		assertUnknown("on a living connection");
	}

	@Test
	void aReactiveTransactionThatIsKnownToBeRolledBackIsReleased() {
		assertThatThrownBy(() -> reactive(() -> new DataIntegrityViolationException("deferred"), false).block())
			.hasMessage("deferred");
		assertReleased("deferred");
	}

	/** A method whose reactive transaction fails to commit, on another thread. */
	@SuppressWarnings("unchecked")
	private Mono<String> reactive(Supplier<RuntimeException> commitFailure, boolean rollbackFails) {
		this.key = "reactive" + this.keys++;
		this.commitFailure = commitFailure;
		this.rollbackFails = rollbackFails;
		TransactionalOperator operator = TransactionalOperator.create(watched(new FailingReactiveManager()));
		return (Mono<String>) this.node.defer("test", ResolvableType.forClassWithGenerics(Mono.class, String.class),
				this.key, null, () -> Mono.just("done").publishOn(Schedulers.parallel()).as(operator::transactional));
	}

	/** Fails as a test says, on the thread that calls it. */
	private final class FailingReactiveManager extends AbstractReactiveTransactionManager {

		@Override
		protected Object doGetTransaction(
				org.springframework.transaction.reactive.TransactionSynchronizationManager synchronizations) {
			return new Object();
		}

		@Override
		protected Mono<Void> doBegin(
				org.springframework.transaction.reactive.TransactionSynchronizationManager synchronizations,
				Object transaction, TransactionDefinition definition) {
			return Mono.empty();
		}

		@Override
		protected Mono<Void> doCommit(
				org.springframework.transaction.reactive.TransactionSynchronizationManager synchronizations,
				GenericReactiveTransaction status) {
			return Mono.defer(() -> Mono.error(CommitTests.this.commitFailure.get()));
		}

		@Override
		protected Mono<Void> doRollback(
				org.springframework.transaction.reactive.TransactionSynchronizationManager synchronizations,
				GenericReactiveTransaction status) {
			return CommitTests.this.rollbackFails ? Mono.error(new IllegalStateException("the rollback failed"))
					: Mono.empty();
		}

	}

}
