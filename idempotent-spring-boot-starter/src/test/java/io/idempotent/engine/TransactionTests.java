package io.idempotent.engine;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

import io.idempotent.AbandonedPolicy;
import io.idempotent.IdempotencyStoreException;
import io.idempotent.InProgressPolicy;
import io.idempotent.OperationInProgressException;
import io.idempotent.OutcomeUnknownException;
import io.idempotent.OwnershipLostException;
import io.idempotent.engine.transaction.CommitFailureListener;
import io.idempotent.store.memory.MemoryIdempotencyStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * INDEPENDENT inside a transaction of the caller: its end decides.
 */
class TransactionTests {

	private final SingleConnectionDataSource dataSource = new SingleConnectionDataSource("jdbc:h2:mem:", true);

	private final FakeTicker ticker = new FakeTicker();

	private final FaultyStore store = new FaultyStore(new MemoryIdempotencyStore(this.ticker));

	private final TestEngine node = new TestEngine(this.store.store());

	private final TestEngine other = new TestEngine(this.store.store());

	private boolean commitFails;

	private final TransactionTemplate transaction = new TransactionTemplate(
			new DataSourceTransactionManager(this.dataSource) {

				@Override
				protected void doCommit(DefaultTransactionStatus status) {
					if (TransactionTests.this.commitFails) {
						throw new TransactionSystemException("the reply to the commit was lost");
					}
					super.doCommit(status);
				}

			});

	@BeforeEach
	void configure() {
		this.node.recordFailures = Set.of(IllegalArgumentException.class);
		this.other.recordFailures = Set.of(IllegalArgumentException.class);
	}

	@AfterEach
	void close() {
		this.node.close();
		this.other.close();
		this.dataSource.destroy();
	}

	@Test
	void nothingIsFinishedBeforeTheTransactionHasCommitted() {
		this.transaction.executeWithoutResult((status) -> {
			assertThat(this.node.call("k", () -> "done")).isEqualTo("done");
			assertThatExceptionOfType(OperationInProgressException.class)
				.isThrownBy(() -> this.other.call("k", () -> "again"));
		});
		assertThat(this.other.call("k", () -> "again")).isEqualTo("done");
		assertThat(this.node.call("k", () -> "again")).isEqualTo("done");
	}

	@Test
	void aRollbackReleasesTheRecordButNotBeforeTheTransactionHasEnded() {
		this.transaction.executeWithoutResult((status) -> {
			this.node.call("k", () -> "rolled back");
			status.setRollbackOnly();
			assertThatExceptionOfType(OperationInProgressException.class)
				.isThrownBy(() -> this.other.call("k", () -> "again"));
		});
		assertThat(this.other.call("k", () -> "again")).isEqualTo("again");
	}

	@Test
	void aFailureThatIsSwallowedInsideOfTheTransactionReleasesWithItsEnd() {
		this.transaction.executeWithoutResult((status) -> {
			assertThatIllegalStateException().isThrownBy(() -> this.node.call("k", () -> {
				throw new IllegalStateException();
			}));
			assertThatExceptionOfType(OperationInProgressException.class)
				.isThrownBy(() -> this.other.call("k", () -> "again"));
		});
		assertThat(this.other.call("k", () -> "again")).isEqualTo("again");
	}

	@Test
	void aRecordedFailureStaysRecordedWhenTheTransactionRollsBack() {
		assertThatExceptionOfType(IllegalArgumentException.class)
			.isThrownBy(() -> this.transaction.executeWithoutResult((status) -> this.node.call("k", () -> {
				throw new IllegalArgumentException("declined");
			})));
		assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> this.other.call("k", () -> "again"))
			.withMessage("declined");
	}

	@Test
	void aCommitWhoseOutcomeIsUnknownIsAmbiguous() {
		this.commitFails = true;
		assertThatExceptionOfType(TransactionSystemException.class)
			.isThrownBy(() -> this.transaction.executeWithoutResult((status) -> this.node.call("k", () -> "maybe")));
		assertThatExceptionOfType(OutcomeUnknownException.class).isThrownBy(() -> this.other.call("k", () -> "again"));
	}

	@Test
	void aDuplicateInsideOfTheSameTransactionIsAnErrorAtOnceAndNotADeadLock() {
		this.node.onInProgress = InProgressPolicy.WAIT;
		this.transaction.executeWithoutResult((status) -> {
			this.node.call("k", () -> "done");
			assertThatExceptionOfType(OperationInProgressException.class)
				.isThrownBy(() -> this.node.call("k", () -> "again"))
				.withMessageContaining("its transaction")
				.withMessageContaining("can never succeed")
				.withMessageNotContaining("try again in");
		});
		assertThat(this.node.call("k", () -> "again")).isEqualTo("done");
	}

	@Test
	void anOwnerThatWasTakenOverIsToldBeforeItsCallersTransactionCommits() {
		stall((stalled, successor) -> {
			stalled.call("k", () -> "mine");
			takeOver(successor);
		});
		assertThat(this.other.call("k", () -> "again")).isEqualTo("theirs");
	}

	@Test
	void anOwnerWhoseFutureIsStillToComeIsToldAsWell() {
		stall((stalled, successor) -> {
			var unused = stalled.future("k", () -> new CompletableFuture<>());
			takeOver(successor);
		});
	}

	@Test
	void anOwnerWhoseStoreDoesNotAnswerAfterItsLeaseHasEndedDoesNotCommit() {
		this.node.ticker = this.ticker;
		assertThatExceptionOfType(IdempotencyStoreException.class)
			.isThrownBy(() -> this.transaction.executeWithoutResult((status) -> {
				this.node.call("k", () -> "rolled back");
				this.ticker.advance(this.node.lease.multipliedBy(2));
				this.store.failBefore("renew", 1);
			}))
			.withMessageContaining("rolled back");
		assertThat(this.other.call("k", () -> "again")).isEqualTo("again");
	}

	@Test
	void anOwnerThatStalledButWasNotTakenOverCommits() {
		this.node.ticker = this.ticker;
		AtomicInteger renewals = new AtomicInteger();
		this.store.afterwards("renew", renewals::incrementAndGet);
		this.transaction.executeWithoutResult((status) -> this.node.call("in time", () -> "done"));
		assertThat(renewals).as("no statement besides").hasValue(0);
		this.transaction.executeWithoutResult((status) -> {
			this.node.call("k", () -> "done");
			this.ticker.advance(this.node.lease.multipliedBy(2));
		});
		assertThat(renewals).hasValue(1);
		assertThat(this.other.call("k", () -> "again")).isEqualTo("done");
	}

	@Test
	void aTakenOverOwnerWhoseMethodFailedDoesNotRollItsCallerBack() {
		this.node.ticker = this.ticker;
		this.other.onAbandoned = AbandonedPolicy.RETRY;
		this.transaction.executeWithoutResult((status) -> {
			assertThatIllegalStateException().isThrownBy(() -> this.node.call("k", () -> {
				throw new IllegalStateException("mine");
			}));
			takeOver(this.other);
		});
		assertThat(this.other.call("k", () -> "again")).isEqualTo("theirs");
	}

	private void stall(BiConsumer<TestEngine, TestEngine> calls) {
		this.node.ticker = this.ticker;
		this.other.onAbandoned = AbandonedPolicy.RETRY;
		AtomicInteger completion = new AtomicInteger(-1);
		assertThatExceptionOfType(OwnershipLostException.class)
			.isThrownBy(() -> this.transaction.executeWithoutResult((status) -> {
				TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

					@Override
					public void afterCompletion(int status) {
						completion.set(status);
					}

				});
				calls.accept(this.node, this.other);
			}));
		assertThat(completion).hasValue(TransactionSynchronization.STATUS_ROLLED_BACK);
	}

	/** Beside the transaction of this thread. */
	private void takeOver(TestEngine successor) {
		this.ticker.advance(this.node.lease.multipliedBy(2));
		assertThat(JoiningNode.elsewhere(() -> successor.call("k", () -> "theirs"))).isEqualTo("theirs");
	}

	@Test
	void aStoreThatIsAwayWhenTheTransactionCommitsIsMadeUpFor() {
		this.transaction.executeWithoutResult((status) -> {
			this.node.call("k", () -> "done");
			this.store.failBefore("complete", 1);
		});
		await().ignoreExceptions()
			.untilAsserted(() -> assertThat(this.other.call("k", () -> "again")).isEqualTo("done"));
	}

	@Test
	void aClaimThatFailsLeavesTheTransactionUsable() {
		this.store.failBefore("claim", 2);
		this.transaction.executeWithoutResult((status) -> assertThatExceptionOfType(IdempotencyStoreException.class)
			.isThrownBy(() -> this.node.call("k", () -> "done")));
		assertThat(this.node.call("k", () -> "done")).isEqualTo("done");
	}

	@Test
	void aTransactionInsideOfTheMethodThatEndsWithoutAnybodyKnowingHowIsAmbiguous() {
		DataSourceTransactionManager manager = new DataSourceTransactionManager(this.dataSource) {

			@Override
			protected void doCommit(DefaultTransactionStatus status) {
				throw new DataAccessResourceFailureException("the connection was lost in the commit");
			}

			@Override
			protected void doRollback(DefaultTransactionStatus status) {
				throw new DataAccessResourceFailureException("the connection is lost");
			}

		};
		manager.addListener(new CommitFailureListener());
		assertThatExceptionOfType(DataAccessResourceFailureException.class)
			.isThrownBy(() -> this.node.call("k", () -> new TransactionTemplate(manager).execute((status) -> "maybe")));
		assertThatExceptionOfType(OutcomeUnknownException.class).isThrownBy(() -> this.other.call("k", () -> "again"));
	}

	@Test
	void aTransactionInsideOfTheMethodThatIsKnownToBeRolledBackReleases() {
		DataSourceTransactionManager manager = new DataSourceTransactionManager(this.dataSource) {

			@Override
			protected void doCommit(DefaultTransactionStatus status) {
				throw new DataIntegrityViolationException("a deferred constraint");
			}

		};
		manager.addListener(new CommitFailureListener());
		assertThatExceptionOfType(DataIntegrityViolationException.class)
			.isThrownBy(() -> this.node.call("k", () -> new TransactionTemplate(manager).execute((status) -> "no")));
		assertThat(this.other.call("k", () -> "again")).isEqualTo("again");
	}

}
