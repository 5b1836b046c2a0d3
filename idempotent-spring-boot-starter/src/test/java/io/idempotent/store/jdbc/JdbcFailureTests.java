package io.idempotent.store.jdbc;

import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;

import com.zaxxer.hikari.HikariDataSource;
import io.idempotent.IdempotencyStoreException;
import io.idempotent.store.Claim;
import io.idempotent.store.ClaimResult;
import io.idempotent.store.OwnershipResult;
import io.idempotent.store.Ownership;
import io.idempotent.store.RecordKey;
import io.idempotent.store.StoredOutcome;
import io.idempotent.test.FlakyDataSource;
import io.idempotent.test.StatementCountingDataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What breaks between the store and its database.
 */
class JdbcFailureTests {

	private static final StoredOutcome OUTCOME = new StoredOutcome(false, "json/1", new byte[] { 1 });

	private static final Duration TTL = Duration.ofHours(1);

	private final Ownership owner = new Ownership(new RecordKey("tenant", "contract.submit", "order-4711-secret"),
			UUID.randomUUID());

	private final Claim claim = claim(this.owner);

	private StatementCountingDataSource database;

	private FlakyDataSource dataSource;

	private JdbcIdempotencyStore store;

	@BeforeEach
	void create() throws Exception {
		this.database = new StatementCountingDataSource(H2.create(";LOCK_TIMEOUT=50"));
		this.dataSource = new FlakyDataSource(this.database);
		this.store = H2.store(this.dataSource);
	}

	@Test
	void lostReplyOfTheFirstClaimIsRecognised() {
		this.dataSource.failAfter("INSERT", 1);
		assertUnavailable(() -> this.store.claim(this.claim));
		assertThat(this.store.claim(this.claim)).isInstanceOfSatisfying(ClaimResult.Acquired.class,
				(acquired) -> assertThat(acquired.attempt()).isOne());
	}

	@Test
	void lostReplyOfLaterClaimIsRecognised() {
		Ownership former = new Ownership(this.owner.key(), UUID.randomUUID());
		this.store.claim(claim(former));
		this.store.release(former);
		this.dataSource.failAfter("UPDATE", 1);
		assertUnavailable(() -> this.store.claim(this.claim));
		assertThat(this.store.claim(this.claim)).isInstanceOfSatisfying(ClaimResult.Acquired.class,
				(acquired) -> assertThat(acquired.attempt()).isEqualTo(2));
	}

	@Test
	void lostReplyOfCompletionIsRecognised() {
		this.store.claim(this.claim);
		this.dataSource.failAfter("UPDATE", 1);
		assertUnavailable(() -> this.store.complete(this.owner, OUTCOME, TTL));
		assertThat(this.store.complete(this.owner, OUTCOME, TTL)).isEqualTo(OwnershipResult.CONFIRMED);
	}

	@Test
	void lostReplyOfReleaseIsRecognised() {
		this.store.claim(this.claim);
		this.dataSource.failAfter("UPDATE", 1);
		assertUnavailable(() -> this.store.release(this.owner));
		assertThat(this.store.release(this.owner)).isEqualTo(OwnershipResult.CONFIRMED);
	}

	@Test
	void renewalThatFailsIsAnExceptionAndMayBeRepeated() {
		this.store.claim(this.claim);
		this.dataSource.failBefore("UPDATE", 1);
		assertUnavailable(() -> this.store.renew(Map.of(this.owner, TTL)));
		assertThat(this.store.renew(Map.of(this.owner, TTL))).isEmpty();
	}

	@Test
	void statementThatWasNotExecutedHasNoEffect() {
		this.store.claim(this.claim);
		this.dataSource.failBefore("UPDATE", 1);
		assertUnavailable(() -> this.store.complete(this.owner, OUTCOME, TTL));
		assertThat(this.store.find(this.owner.key()))
			.hasValueSatisfying((found) -> assertThat(found.completedAt()).isNull());
	}

	@Test
	void unreachableDatabaseIsAnExceptionThatSaysWhatCouldNotBeDone() {
		this.dataSource.setDown(true);
		assertThatExceptionOfType(IdempotencyStoreException.class).isThrownBy(() -> this.store.claim(this.claim))
			.withMessageContaining("contract.submit")
			.withMessageContaining("The record could not be claimed.")
			.withMessageNotContaining("secret")
			.withCauseInstanceOf(SQLException.class);
		assertUnavailable(() -> this.store.purge(1));
		this.dataSource.setDown(false);
		assertThat(this.store.claim(this.claim)).isInstanceOf(ClaimResult.Acquired.class);
	}

	@Test
	void poolThatCannotStartIsNothingElse() {
		try (HikariDataSource pool = new HikariDataSource()) {
			pool.setJdbcUrl("jdbc:h2:tcp://localhost:1/nowhere");
			pool.setConnectionTimeout(250);
			assertUnavailable(() -> H2.store(pool).claim(this.claim));
		}
	}

	@Test
	void deadlockAndConcurrentUpdateAreRepeatedInsideTheStore() {
		this.dataSource.failBefore("INSERT", 2, () -> new SQLException("deadlock", "40001", 40001));
		assertThat(this.store.claim(this.claim)).isInstanceOf(ClaimResult.Acquired.class);
		this.dataSource.failBefore("UPDATE", 2, () -> wrapped(new SQLException("concurrent update", "90131", 90131)));
		assertThat(this.store.complete(this.owner, OUTCOME, TTL)).isEqualTo(OwnershipResult.CONFIRMED);
	}

	@Test
	void deadlocksWithoutEndAreAnException() {
		this.dataSource.failBefore("", 1000, () -> new SQLException("deadlock", "40001", 40001));
		this.database.reset();
		assertUnavailable(() -> this.store.claim(this.claim));
		assertThat(this.database.count()).isZero();
	}

	@Test
	void afterManyLostRacesNothingIsAcquired() throws Exception {
		Supplier<SQLException> duplicate = () -> wrapped(new SQLException("duplicate", "23505", 23505));
		this.dataSource.failBefore("INSERT", 1000, duplicate);
		assertUnavailable(() -> this.store.claim(this.claim));
		assertThat(H2.number(this.database, "SELECT COUNT(*) FROM idempotency_record")).isZero();
	}

	@Test
	void lostRaceForTheFirstInsertFindsTheWinner() throws Exception {
		Ownership winner = new Ownership(this.owner.key(), UUID.randomUUID());
		JdbcIdempotencyStore other = H2.store(this.database);
		this.dataSource.failBefore("INSERT", 1, () -> {
			other.claim(claim(winner));
			return new SQLException("duplicate", "23505", 23505);
		});
		assertThat(this.store.claim(this.claim)).isInstanceOf(ClaimResult.InProgress.class);
	}

	@Test
	void rowThatVanishedBetweenTwoStatementsIsClaimedAnew() throws Exception {
		this.dataSource.failBefore("INSERT", 1, () -> new SQLException("duplicate", "23505", 23505));
		assertThat(this.store.claim(this.claim)).isInstanceOf(ClaimResult.Acquired.class);
		assertThat(H2.number(this.database, "SELECT COUNT(*) FROM idempotency_record")).isOne();
	}

	@Test
	void rowOfAnotherKeyIsNeverAnAnswer() throws Exception {
		this.store.claim(this.claim);
		this.store.complete(this.owner, OUTCOME, TTL);
		H2.execute(this.database, "UPDATE idempotency_record SET idem_key = 'ORDER-4711-SECRET'");
		assertUnavailable(() -> this.store.claim(this.claim));
		assertUnavailable(() -> this.store.find(this.owner.key()));
		assertUnavailable(() -> this.store.complete(this.owner, OUTCOME, TTL));
	}

	@Test
	void missingLeaseIsNotReadAsFree() throws Exception {
		this.store.claim(this.claim);
		H2.execute(this.database, "UPDATE idempotency_record SET lease_until = NULL, expires_at = created_at");
		Claim takeover = claim(new Ownership(this.owner.key(), UUID.randomUUID())).takingOver(this.owner.token());
		assertThat(this.store.claim(takeover)).isInstanceOf(ClaimResult.InProgress.class);
		assertThat(this.store.purge(10)).isZero();
	}

	@Test
	void finishedRowWithoutDetailsIsStillFinished() throws Exception {
		this.store.claim(this.claim);
		H2.execute(this.database, "UPDATE idempotency_record SET status = 1, lease_until = NULL");
		assertThat(this.store.claim(this.claim)).isInstanceOfSatisfying(ClaimResult.Finished.class, (finished) -> {
			assertThat(finished.outcome().format()).isEmpty();
			assertThat(finished.outcome().body()).isNull();
		});
	}

	@Test
	void rowThatSomebodyElseHasNotCommittedIsNotAcquired() throws Exception {
		Ownership other = new Ownership(this.owner.key(), UUID.randomUUID());
		this.store.claim(claim(other));
		this.store.release(other);
		try (Connection connection = this.database.getConnection();
				Statement statement = connection.createStatement()) {
			connection.setAutoCommit(false);
			statement.execute("UPDATE idempotency_record SET status = 0");
			assertThat(this.store.claim(this.claim)).isEqualTo(new ClaimResult.InProgress(null));
			connection.rollback();
			connection.setAutoCommit(true);
		}
		assertThat(this.store.claim(this.claim)).isInstanceOf(ClaimResult.Acquired.class);
	}

	private static SQLException wrapped(SQLException error) {
		BatchUpdateException batch = new BatchUpdateException("batch", new int[0]);
		batch.setNextException(new SQLException("proxy", error));
		return batch;
	}

	private static Claim claim(Ownership owner) {
		return new Claim(owner, null, Duration.ofSeconds(30), TTL, null);
	}

	private static void assertUnavailable(Runnable call) {
		assertThatExceptionOfType(IdempotencyStoreException.class).isThrownBy(call::run);
	}

}
