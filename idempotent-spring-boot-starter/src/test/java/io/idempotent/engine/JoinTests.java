package io.idempotent.engine;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

import io.idempotent.IdempotencyKeyReusedException;
import io.idempotent.IdempotencyOutcome;
import io.idempotent.InProgressPolicy;
import io.idempotent.OperationInProgressException;
import io.idempotent.ResultUnavailableException;
import io.idempotent.ThrowingCallback;
import io.idempotent.database.TestDatabase;
import io.idempotent.database.TestDatabase.Address;
import io.idempotent.engine.operation.Operation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.UnexpectedRollbackException;
import org.springframework.transaction.interceptor.RollbackRuleAttribute;
import org.springframework.transaction.interceptor.RuleBasedTransactionAttribute;
import org.springframework.transaction.support.ResourceHolderSupport;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * JOIN: claim, business writes and outcome commit or vanish together, on two nodes that
 * share nothing but the database.
 */
@ParameterizedClass
@EnumSource(value = TestDatabase.class, names = { "H2", "POSTGRESQL", "MARIADB", "MYSQL" })
@Timeout(60)
class JoinTests {

	private static Address address;

	@Parameter
	private TestDatabase database;

	private JoiningNode node;

	private JoiningNode other;

	private final String key = UUID.randomUUID().toString();

	@BeforeParameterizedClassInvocation
	static void create(TestDatabase database) {
		address = JoiningNode.create(database);
	}

	@BeforeEach
	void open() {
		this.node = new JoiningNode(this.database, address, 3);
		this.other = new JoiningNode(this.database, address, 3);
	}

	@AfterEach
	void close() {
		assertThat(this.node.engine.inFlight()).isZero();
		assertThat(this.node.pool.getHikariPoolMXBean().getActiveConnections()).isZero();
		this.node.close();
		this.other.close();
	}

	private String otherSubmits() {
		return JoiningNode.elsewhere(() -> this.other.submit(this.key, "other"));
	}

	private void assertNothingRemains() {
		assertThat(this.other.effects(this.key)).isZero();
		assertThat(this.other.records(this.key)).isZero();
	}

	private void assertRanOnce(String result) {
		assertThat(otherSubmits()).isEqualTo(result);
		assertThat(this.node.submit(this.key, "again")).isEqualTo(result);
		assertThat(this.other.effects(this.key)).isEqualTo(1);
		assertThat(this.other.records(this.key)).isEqualTo(1);
	}

	// the end of the method

	@Test
	void claimWritesAndOutcomeCommitTogether() {
		String result = this.node.engine.call(this.key, () -> {
			this.node.effect(this.key, "first");
			if (this.database != TestDatabase.MYSQL && this.database != TestDatabase.H2) {
				assertThat(JoiningNode.<Long>elsewhere(() -> this.other.records(this.key))).isZero();
			}
			assertThat(JoiningNode.<Long>elsewhere(() -> this.other.effects(this.key))).isZero();
			return "first";
		});
		assertThat(result).isEqualTo("first");
		assertThat(this.node.engine.lastEvent().outcome()).isEqualTo(IdempotencyOutcome.EXECUTED);
		assertRanOnce("first");
		assertThat(this.node.engine.lastEvent().outcome()).isEqualTo(IdempotencyOutcome.REPLAYED);
	}

	static Stream<Throwable> failures() {
		return Stream.of(new IllegalStateException("unchecked"), new IOException("checked"),
				new TimeoutException("ambiguous"), new AssertionError("error"));
	}

	@ParameterizedTest
	@MethodSource("failures")
	void everyFailureThatIsNotRecordedUndoesAllAndTheNextAttemptRuns(Throwable failure) {
		assertThat(catchThrowable(() -> this.node.engine.call(this.key, failing(failure)))).isSameAs(failure);
		assertNothingRemains();
		assertThat(this.node.engine.lastEvent().outcome()).isEqualTo(IdempotencyOutcome.FAILED);
		assertThat(this.node.submit(this.key, "second")).isEqualTo("second");
		assertRanOnce("second");
	}

	@ParameterizedTest
	@MethodSource("failures")
	void everyFailureThatIsNotRecordedLetsTheCallersTransactionDoNothingElse(Throwable failure) {
		assertThatExceptionOfType(UnexpectedRollbackException.class)
			.isThrownBy(() -> this.node.transaction.executeWithoutResult((status) -> {
				assertThat(catchThrowable(() -> this.node.engine.call(this.key, failing(failure)))).isSameAs(failure);
				this.node.effect(this.key, "later");
			}));
		assertNothingRemains();
		assertThat(this.node.submit(this.key, "second")).isEqualTo("second");
		assertRanOnce("second");
	}

	private ThrowingCallback<String, Throwable> failing(Throwable failure) {
		return () -> {
			this.node.effect(this.key, "in vain");
			throw failure;
		};
	}

	@Test
	void aFailureThatIsToBeRecordedIsRecordedAfterTheRollback() {
		record(IllegalArgumentException.class);
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.node.engine.call(this.key, failing(new IllegalArgumentException("declined"))));
		assertThat(this.node.engine.lastEvent().outcome()).isEqualTo(IdempotencyOutcome.FAILURE_RECORDED);
		assertThat(this.other.effects(this.key)).isZero();
		assertThatIllegalArgumentException().isThrownBy(this::otherSubmits).withMessage("declined");
		assertThatIllegalArgumentException().isThrownBy(() -> this.node.submit(this.key, "again"))
			.withMessage("declined");
	}

	@Test
	void aFailureInTheCallersTransactionIsRecordedOnceThatHasRolledBack() {
		record(IllegalArgumentException.class);
		assertThatIllegalArgumentException().isThrownBy(() -> this.node.transaction.executeWithoutResult(
				(status) -> this.node.engine.call(this.key, failing0(new IllegalArgumentException("declined")))));
		assertThat(this.other.effects(this.key)).isZero();
		assertThatIllegalArgumentException().isThrownBy(this::otherSubmits).withMessage("declined");
		assertThatIllegalArgumentException().isThrownBy(() -> this.node.submit(this.key, "again"))
			.withMessage("declined");
	}

	private ThrowingCallback<String, RuntimeException> failing0(RuntimeException failure) {
		return () -> {
			this.node.effect(this.key, "in vain");
			throw failure;
		};
	}

	@Test
	void aFailureIsNotRecordedIfAnotherAttemptHasClaimedFirst() {
		record(IllegalArgumentException.class);
		this.node.engine.operation("verifies the transaction manager", String.class);
		this.node.manager.afterRollback = () -> assertThat(otherSubmits()).isEqualTo("other");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.node.engine.call(this.key, failing(new IllegalArgumentException("declined"))));
		assertRanOnce("other");
	}

	@Test
	void aRecordedFailureThatCommitsByTheRulesOfTheMethodCommitsWithItsWrites() {
		record(IOException.class);
		assertThatExceptionOfType(IOException.class)
			.isThrownBy(() -> this.node.engine.call(this.key, failing(new IOException("declined"))));
		assertThat(this.other.effects(this.key)).isEqualTo(1);
		assertThat(catchThrowable(this::otherSubmits)).hasRootCauseInstanceOf(IOException.class)
			.hasRootCauseMessage("declined");
		assertThat(this.other.effects(this.key)).isEqualTo(1);
	}

	@Test
	void aRecordedFailureThatWouldCommitIsRecordedAlsoIfItsTransactionCanOnlyRollBack() {
		record(IOException.class);
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> this.node.engine.call(this.key, () -> {
			this.node.effect(this.key, "in vain");
			this.node.transaction.executeWithoutResult((status) -> status.setRollbackOnly());
			throw new IOException("declined");
		}));
		assertThat(this.other.effects(this.key)).isZero();
		assertThat(catchThrowable(this::otherSubmits)).hasRootCauseInstanceOf(IOException.class)
			.hasRootCauseMessage("declined");
	}

	@Test
	void theRulesOfTheMethodDecideWhatARecordedFailureDoesToItsWrites() {
		record(IOException.class);
		RuleBasedTransactionAttribute attribute = new RuleBasedTransactionAttribute();
		attribute.getRollbackRules().add(new RollbackRuleAttribute(IOException.class));
		Operation operation = this.node.operation("test", attribute);
		assertThatExceptionOfType(IOException.class)
			.isThrownBy(() -> this.node.engine.call(operation, this.key, failing(new IOException("declined"))));
		assertThat(this.other.effects(this.key)).isZero();
		assertThat(catchThrowable(this::otherSubmits)).hasRootCauseMessage("declined");
	}

	private void record(Class<? extends Throwable> type) {
		this.node.engine.recordFailures = Set.of(type);
		this.other.engine.recordFailures = Set.of(type);
	}

	@Test
	void aResultThatCannotBeKeptIsFinishedAllTheSame() {
		this.node.engine.maxResultSize = 3;
		assertThat(this.node.submit(this.key, "too large")).isEqualTo("too large");
		assertThatExceptionOfType(ResultUnavailableException.class).isThrownBy(this::otherSubmits);
		assertThat(this.other.effects(this.key)).isEqualTo(1);
	}

	@Test
	void aKeyThatIsReusedForAnotherPayloadIsRefusedOnceTheFirstHasCommitted() {
		this.node.engine.call(String.class, this.key, "payload", this.node.write(this.key, "first"));
		assertThatExceptionOfType(IdempotencyKeyReusedException.class).isThrownBy(() -> JoiningNode
			.elsewhere(() -> this.other.engine.call(String.class, this.key, "another", () -> "second")));
	}

	// the transaction

	@Test
	void theTransactionIsOpenedWithTheAttributesOfTheMethod() {
		RuleBasedTransactionAttribute attribute = JoiningNode.required();
		attribute.setIsolationLevel(TransactionDefinition.ISOLATION_SERIALIZABLE);
		attribute.setName("its name");
		attribute.setTimeout(17);
		this.node.engine.call(this.node.operation("test", attribute), this.key, () -> {
			assertThat(TransactionSynchronizationManager.getCurrentTransactionIsolationLevel())
				.isEqualTo(TransactionDefinition.ISOLATION_SERIALIZABLE);
			assertThat(TransactionSynchronizationManager.getCurrentTransactionName()).isEqualTo("its name");
			assertThat(((ResourceHolderSupport) TransactionSynchronizationManager.getResource(this.node.pool))
				.getTimeToLiveInSeconds()).isBetween(1, 17);
			this.node.effect(this.key, "first");
			return "first";
		});
		assertRanOnce("first");
	}

	@Test
	void aMethodThatDemandsATransactionIsRefusedWithout() {
		Operation operation = this.node.operation("test",
				JoiningNode.attribute(TransactionDefinition.PROPAGATION_MANDATORY));
		assertThatExceptionOfType(IllegalTransactionStateException.class)
			.isThrownBy(() -> this.node.engine.call(operation, this.key, this.node.write(this.key, "no")));
		assertNothingRemains();
		this.node.transaction.executeWithoutResult(
				(status) -> this.node.engine.call(operation, this.key, this.node.write(this.key, "first")));
		assertRanOnce("first");
	}

	@ParameterizedTest
	@ValueSource(ints = { TransactionDefinition.PROPAGATION_SUPPORTS, TransactionDefinition.PROPAGATION_NESTED })
	void aMethodThatWouldRunWithoutATransactionGetsOne(int propagation) {
		Operation operation = this.node.operation("test", JoiningNode.attribute(propagation));
		assertThatIllegalStateException().isThrownBy(() -> this.node.engine.call(operation, this.key, () -> {
			assertThat(TransactionSynchronizationManager.isActualTransactionActive()).isTrue();
			this.node.effect(this.key, "in vain");
			throw new IllegalStateException();
		}));
		assertNothingRemains();
		this.node.engine.call(operation, this.key, this.node.write(this.key, "first"));
		assertRanOnce("first");
	}

	@Test
	void theFailureOfANestedMethodUndoesItAloneAndItsKeyMayRunAgainInTheSameTransaction() {
		Operation nested = this.node.operation("test", JoiningNode.attribute(TransactionDefinition.PROPAGATION_NESTED));
		String before = "before " + this.key;
		this.node.transaction.executeWithoutResult((status) -> {
			this.node.effect(before, "caller");
			assertThatIllegalStateException()
				.isThrownBy(() -> this.node.engine.call(nested, this.key, failing0(new IllegalStateException())));
			assertThat(this.node.engine.call(nested, this.key, this.node.write(this.key, "second")).value())
				.isEqualTo("second");
			assertThat(this.node.engine.call(nested, this.key, this.node.write(this.key, "third")).value())
				.isEqualTo("second");
		});
		assertThat(this.other.effects(before)).isEqualTo(1);
		assertRanOnce("second");
	}

	@Test
	void theRecordedFailureOfANestedMethodIsRecordedOnceTheCallersTransactionHasEnded() {
		record(IllegalArgumentException.class);
		Operation nested = this.node.operation("test", JoiningNode.attribute(TransactionDefinition.PROPAGATION_NESTED));
		String before = "before " + this.key;
		this.node.transaction.executeWithoutResult((status) -> {
			this.node.effect(before, "caller");
			assertThatIllegalArgumentException().isThrownBy(
					() -> this.node.engine.call(nested, this.key, failing0(new IllegalArgumentException("declined"))));
		});
		assertThat(this.other.effects(before)).isEqualTo(1);
		assertThat(this.other.effects(this.key)).isZero();
		assertThatIllegalArgumentException().isThrownBy(this::otherSubmits).withMessage("declined");
	}

	@Test
	void theCallersTransactionIsJoinedAndADuplicateInsideOfItIsReplayed() {
		this.node.transaction.executeWithoutResult((status) -> {
			assertThat(this.node.submit(this.key, "first")).isEqualTo("first");
			assertThat(this.node.submit(this.key, "second")).isEqualTo("first");
			assertThat(this.node.submit(this.key, "third")).isEqualTo("first");
			assertThat(JoiningNode.<Long>elsewhere(() -> this.other.effects(this.key))).isZero();
		});
		assertRanOnce("first");
	}

	@Test
	void whatWasReplayedInATransactionThatThenRollsBackIsForgottenWithIt() {
		this.node.transaction.executeWithoutResult((status) -> {
			assertThat(this.node.submit(this.key, "first")).isEqualTo("first");
			assertThat(this.node.submit(this.key, "second")).isEqualTo("first");
			status.setRollbackOnly();
		});
		assertNothingRemains();
		assertThat(this.node.submit(this.key, "third")).isEqualTo("third");
		assertRanOnce("third");
	}

	@Test
	void aSavepointOfTheCallerThatUndoesTheCallLetsItRunAgain() {
		this.node.transaction.executeWithoutResult((status) -> {
			Object savepoint = status.createSavepoint();
			assertThat(this.node.submit(this.key, "undone")).isEqualTo("undone");
			status.rollbackToSavepoint(savepoint);
			assertThat(this.node.submit(this.key, "second")).isEqualTo("second");
			status.releaseSavepoint(savepoint);
		});
		assertRanOnce("second");
	}

	@Test
	void aFailureInASavepointOfTheCallerLetsItRunAgain() {
		this.node.transaction.executeWithoutResult((status) -> {
			assertThatIllegalStateException()
				.isThrownBy(() -> this.node.transaction(TransactionDefinition.PROPAGATION_NESTED)
					.executeWithoutResult(
							(nested) -> this.node.engine.call(this.key, failing0(new IllegalStateException()))));
			assertThat(this.node.submit(this.key, "second")).isEqualTo("second");
		});
		assertRanOnce("second");
	}

	@Test
	void aMethodThatSetsRollbackOnlyIsNotRecordedAndItsCallerIsTold() {
		assertThatExceptionOfType(UnexpectedRollbackException.class)
			.isThrownBy(() -> this.node.engine.call(this.key, () -> {
				this.node.effect(this.key, "in vain");
				this.node.transaction.executeWithoutResult((status) -> status.setRollbackOnly());
				return "in vain";
			}));
		assertNothingRemains();
		assertThat(this.node.submit(this.key, "second")).isEqualTo("second");
		assertRanOnce("second");
	}

	@ParameterizedTest
	@EnumSource(value = InProgressPolicy.class, names = { "REJECT", "WAIT" })
	void whoCallsAgainInATransactionThatCanOnlyRollBackIsRefusedAtOnce(InProgressPolicy policy) {
		this.node.engine.onInProgress = policy;
		this.node.engine.waitTimeout = Duration.ofHours(1);
		assertThatExceptionOfType(UnexpectedRollbackException.class)
			.isThrownBy(() -> this.node.transaction.executeWithoutResult((status) -> {
				assertThatIllegalStateException()
					.isThrownBy(() -> this.node.engine.call(this.key, failing0(new IllegalStateException())));
				assertThatExceptionOfType(OperationInProgressException.class)
					.isThrownBy(() -> this.node.submit(this.key, "again"));
			}));
		assertNothingRemains();
	}

	@ParameterizedTest
	@EnumSource(value = InProgressPolicy.class, names = { "REJECT", "WAIT" })
	void whoReentersItsOwnRecordIsRefusedAtOnceAlsoFromANewTransaction(InProgressPolicy policy) {
		this.node.engine.onInProgress = policy;
		this.node.engine.waitTimeout = Duration.ofHours(1);
		String result = this.node.engine.call(this.key, () -> {
			assertReentryIsRefused();
			this.node.transaction(TransactionDefinition.PROPAGATION_REQUIRES_NEW)
				.executeWithoutResult((status) -> assertReentryIsRefused());
			this.node.transaction(TransactionDefinition.PROPAGATION_NOT_SUPPORTED)
				.executeWithoutResult((status) -> assertReentryIsRefused());
			this.node.transaction(TransactionDefinition.PROPAGATION_NESTED)
				.executeWithoutResult((status) -> assertReentryIsRefused());
			this.node.effect(this.key, "first");
			return "first";
		});
		assertThat(result).isEqualTo("first");
		assertRanOnce("first");
	}

	@Test
	void whoIsFinishedInATransactionThatIsSuspendedIsNotWaitedFor() {
		this.node.engine.onInProgress = InProgressPolicy.WAIT;
		this.node.engine.waitTimeout = Duration.ofHours(1);
		this.node.transaction.executeWithoutResult((outer) -> {
			this.node.submit(this.key, "first");
			this.node.transaction(TransactionDefinition.PROPAGATION_REQUIRES_NEW)
				.executeWithoutResult((status) -> assertReentryIsRefused());
		});
		assertRanOnce("first");
	}

	private void assertReentryIsRefused() {
		assertThatExceptionOfType(OperationInProgressException.class)
			.isThrownBy(() -> this.node.submit(this.key, "again"))
			.withMessageContaining("would wait for itself");
	}

	// the commit

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aCommitThatIsRefusedRecordsNothingAndTheNextAttemptRuns(boolean own) {
		this.node.manager.setRollbackOnCommitFailure(true);
		this.node.manager.beforeCommit = () -> {
			throw new DataIntegrityViolationException("a deferred constraint");
		};
		assertThatExceptionOfType(DataIntegrityViolationException.class).isThrownBy(() -> submit(own));
		assertNothingRemains();
		assertThat(this.node.submit(this.key, "second")).isEqualTo("second");
		assertRanOnce("second");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aCommitWhoseReplyIsLostHasHappenedAndTheRetryIsReplayed(boolean own) {
		this.node.manager.afterCommit = () -> {
			throw new TransactionSystemException("the reply is lost");
		};
		assertThatExceptionOfType(TransactionSystemException.class).isThrownBy(() -> submit(own));
		assertRanOnce("first");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aCommitThatNeverReachedTheDatabaseHasNotHappenedAndTheRetryRuns(boolean own) {
		this.node.manager.beforeCommit = () -> {
			// the connection is gone, and the server rolls back
			try {
				DataSourceUtils.getConnection(this.node.pool).unwrap(Connection.class).close();
			}
			catch (SQLException ex) {
				throw new IllegalStateException(ex);
			}
			throw new DataAccessResourceFailureException("the connection broke");
		};
		// that of the commit, or of the rollback after it
		assertThatException().isThrownBy(() -> submit(own));
		// a pool does not know what H2 says of a connection that is gone
		this.node.pool.getHikariPoolMXBean().softEvictConnections();
		assertThat(this.node.submit(this.key, "second")).isEqualTo("second");
		assertRanOnce("second");
	}

	private void submit(boolean own) {
		if (own) {
			this.node.submit(this.key, "first");
		}
		else {
			this.node.transaction.executeWithoutResult((status) -> this.node.submit(this.key, "first"));
		}
	}

	// transactions that cannot be joined

	@Test
	void theTransactionOfAnotherDataSourceIsRefusedAndNothingRuns() {
		this.other.transaction.executeWithoutResult((status) -> assertIllegal("test", "not one of the database"));
		assertNothingRemains();
	}

	@Test
	void aReadOnlyTransactionIsRefusedAndNothingRuns() {
		this.node.transaction.setReadOnly(true);
		this.node.transaction.executeWithoutResult((status) -> assertIllegal("test", "read-only"));
		assertNothingRemains();
	}

	@Test
	void aTransactionThatReadsWhatOthersHaveNotCommittedIsRefusedAndNothingRuns() {
		this.node.isolated(TransactionDefinition.ISOLATION_READ_UNCOMMITTED)
			.executeWithoutResult((status) -> assertIllegal("test", "READ_COMMITTED"));
		assertNothingRemains();
	}

	private void assertIllegal(String operation, String reason) {
		assertThatExceptionOfType(IllegalTransactionStateException.class)
			.isThrownBy(() -> this.node.submit(this.key, "no"))
			.withMessageContaining("'" + operation + "'")
			.withMessageContaining(reason);
	}

}
