package io.idempotent.engine;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.idempotent.InProgressPolicy;
import io.idempotent.OperationInProgressException;
import io.idempotent.OutcomeUnknownException;
import io.idempotent.store.IdempotencyStore;
import io.idempotent.store.memory.MemoryIdempotencyStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * A future that is made inside of a transaction finishes when both have.
 */
@Timeout(60)
class DeferredTransactionTests {

	private final SingleConnectionDataSource dataSource = new SingleConnectionDataSource("jdbc:h2:mem:", true);

	private final IdempotencyStore store = new MemoryIdempotencyStore();

	private final TestEngine node = new TestEngine(this.store);

	private final TestEngine other = new TestEngine(this.store);

	private final CompletableFuture<String> work = new CompletableFuture<>();

	private boolean commitFails;

	private final TransactionTemplate transaction = new TransactionTemplate(
			new DataSourceTransactionManager(this.dataSource) {

				@Override
				protected void doCommit(DefaultTransactionStatus status) {
					if (DeferredTransactionTests.this.commitFails) {
						throw new TransactionSystemException("the reply to the commit was lost");
					}
					super.doCommit(status);
				}

			});

	@BeforeEach
	void configure() {
		for (TestEngine engine : new TestEngine[] { this.node, this.other }) {
			engine.recordFailures = Set.of(IllegalArgumentException.class);
			engine.onInProgress = InProgressPolicy.WAIT;
			engine.waitTimeout = Duration.ofSeconds(20);
		}
	}

	@AfterEach
	void close() {
		this.node.close();
		this.other.close();
		this.dataSource.destroy();
	}

	private CompletableFuture<String> callIn(Consumer<TransactionStatus> transaction) {
		return this.transaction.execute((status) -> {
			CompletableFuture<String> future = this.node.future("k", () -> this.work);
			transaction.accept(status);
			return future;
		});
	}

	private void inProgressElsewhere() {
		try (TestEngine rejecting = new TestEngine(this.store)) {
			assertThatExceptionOfType(OperationInProgressException.class)
				.isThrownBy(() -> rejecting.call("k", () -> "again"));
		}
	}

	@Test
	void itsResultIsGivenInsideOfTheTransactionAndFinishedWithItsCommit() {
		CompletableFuture<String> future = callIn((status) -> {
			this.work.complete("done");
			CompletableFuture<String> own = this.node.future("k2", () -> this.work);
			assertThat(own.orTimeout(20, TimeUnit.SECONDS).join()).isEqualTo("done");
			inProgressElsewhere();
		});
		assertThat(future.orTimeout(20, TimeUnit.SECONDS).join()).isEqualTo("done");
		assertThat(this.other.call("k", () -> "again")).isEqualTo("done");
	}

	@Test
	void itIsNotFinishedByTheCommitIfItsResultIsStillToCome() {
		CompletableFuture<String> future = callIn((status) -> {
		});
		inProgressElsewhere();
		this.work.complete("done");
		assertThat(future.orTimeout(20, TimeUnit.SECONDS).join()).isEqualTo("done");
		assertThat(this.other.call("k", () -> "again")).isEqualTo("done");
	}

	@Test
	void aRollbackReleasesItOnceItsResultHasCome() {
		CompletableFuture<String> future = callIn(TransactionStatus::setRollbackOnly);
		inProgressElsewhere();
		this.work.complete("done");
		assertThat(future.orTimeout(20, TimeUnit.SECONDS).join()).isEqualTo("done");
		assertThat(this.other.call("k", () -> "again")).isEqualTo("again");
	}

	@Test
	void anUnknownEndOfTheTransactionAbandonsIt() {
		this.commitFails = true;
		assertThatExceptionOfType(TransactionSystemException.class).isThrownBy(() -> callIn((status) -> {
		}));
		inProgressElsewhere();
		this.work.complete("done");
		assertThatThrownBy(() -> this.other.call("k", () -> "again")).isInstanceOf(OutcomeUnknownException.class);
	}

	@Test
	void itsRecordedFailureStaysRecordedWhenTheTransactionRollsBack() {
		CompletableFuture<String> future = callIn((status) -> {
			this.work.completeExceptionally(new IllegalArgumentException("declined"));
			status.setRollbackOnly();
		});
		assertThatThrownBy(future::join).hasCauseInstanceOf(IllegalArgumentException.class);
		assertThatThrownBy(() -> this.other.call("k", () -> "again")).isInstanceOf(IllegalArgumentException.class)
			.hasMessage("declined");
	}

	@Test
	void aCallFromTheSameTransactionIsRefusedInsteadOfWaitingForItsOwnEnd() {
		CompletableFuture<String> future = callIn((status) -> {
			this.work.complete("done");
			assertThatThrownBy(() -> this.node.future("k", () -> this.work).join())
				.hasCauseInstanceOf(OperationInProgressException.class)
				.hasMessageContaining("would wait for itself");
		});
		assertThat(future.join()).isEqualTo("done");
		assertThat(this.node.future("k", () -> this.work).orTimeout(20, TimeUnit.SECONDS).join()).isEqualTo("done");
	}

	@Test
	void afterTheTransactionItsThreadIsAnOrdinaryCaller() {
		CompletableFuture<String> future = callIn((status) -> {
		});
		CompletableFuture<String> duplicate = this.node.future("k", () -> this.work);
		this.work.complete("done");
		assertThat(future.join()).isEqualTo("done");
		assertThat(duplicate.orTimeout(20, TimeUnit.SECONDS).join()).isEqualTo("done");
	}

}
