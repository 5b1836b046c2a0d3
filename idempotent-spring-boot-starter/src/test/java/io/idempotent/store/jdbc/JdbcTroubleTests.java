package io.idempotent.store.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import com.zaxxer.hikari.HikariDataSource;
import io.idempotent.IdempotencyStoreException;
import io.idempotent.database.TestDatabase;
import io.idempotent.store.Claim;
import io.idempotent.store.ClaimResult;
import io.idempotent.store.OwnershipResult;
import io.idempotent.store.Ownership;
import io.idempotent.store.RecordKey;
import io.idempotent.store.StoredOutcome;
import io.idempotent.test.FlakyDataSource;
import io.idempotent.test.StatementCountingDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.jdbc.datasource.SingleConnectionDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What breaks or gets in the way between the store and each database.
 */
@ParameterizedClass
@EnumSource(names = { "H2", "POSTGRESQL", "MARIADB", "MYSQL" })
@Timeout(60)
class JdbcTroubleTests {

	private static final StoredOutcome OUTCOME = new StoredOutcome(false, "json/1", new byte[] { 1 });

	private static final Duration TTL = Duration.ofHours(1);

	private final RecordKey key = new RecordKey("tenant", "contract.submit", "order-4711");

	private final Ownership owner = new Ownership(this.key, UUID.randomUUID());

	private final TestDatabase database;

	private HikariDataSource pool;

	private StatementCountingDataSource counted;

	private FlakyDataSource flaky;

	private JdbcIdempotencyStore store;

	JdbcTroubleTests(TestDatabase database) {
		this.database = database;
	}

	@BeforeEach
	void create() {
		this.pool = this.database.pool(4);
		this.counted = new StatementCountingDataSource(this.pool);
		this.flaky = new FlakyDataSource(this.counted);
		this.store = this.database.store(this.flaky);
	}

	@AfterEach
	void close() {
		this.pool.close();
	}

	private String firstClaim() {
		return switch (this.database) {
			case POSTGRESQL -> "WITH";
			case MARIADB -> "SET STATEMENT";
			default -> "INSERT";
		};
	}

	private String laterClaim() {
		return firstClaim().equals("INSERT") ? "UPDATE" : firstClaim();
	}

	private static Claim claim(Ownership owner) {
		return new Claim(owner, null, Duration.ofSeconds(30), TTL, null);
	}

	private Ownership another() {
		return new Ownership(this.key, UUID.randomUUID());
	}

	private static void assertUnavailable(Runnable call) {
		assertThatExceptionOfType(IdempotencyStoreException.class).isThrownBy(call::run);
	}

	private void assertAcquired(Ownership owner, long attempt) {
		assertThat(this.store.claim(claim(owner))).isInstanceOfSatisfying(ClaimResult.Acquired.class,
				(acquired) -> assertThat(acquired.attempt()).isEqualTo(attempt));
	}

	private static SQLException vendorError(String state, int code) {
		return new SQLException("wrapped by a proxy", new SQLException("vendor", state, code));
	}

	/** How the database says that the statement lost and may be repeated. */
	private SQLException deadlock() {
		return switch (this.database) {
			case POSTGRESQL -> vendorError("40P01", 0);
			case H2 -> vendorError("40001", 40001);
			default -> vendorError("40001", 1213);
		};
	}

	@Test
	void lostReplyOfClaimIsRecognisedByItsToken() {
		this.flaky.failAfter(firstClaim(), 1);
		assertUnavailable(() -> this.store.claim(claim(this.owner)));
		assertAcquired(this.owner, 1);
		assertThat(this.store.claim(claim(another()))).isInstanceOf(ClaimResult.InProgress.class);
	}

	@Test
	void lostReplyOfLaterClaimIsRecognisedByItsToken() {
		Ownership former = another();
		this.store.claim(claim(former));
		this.store.release(former);
		this.flaky.failAfter(laterClaim(), 1);
		assertUnavailable(() -> this.store.claim(claim(this.owner)));
		assertAcquired(this.owner, 2);
	}

	@Test
	void lostReplyOfTakeoverIsRecognisedByItsToken() {
		Ownership former = another();
		this.store.claim(claim(former));
		this.store.abandon(former);
		Claim takeover = claim(this.owner).takingOver(former.token());
		this.flaky.failAfter(laterClaim(), 1);
		assertUnavailable(() -> this.store.claim(takeover));
		assertThat(this.store.claim(takeover)).isInstanceOf(ClaimResult.Acquired.class);
		assertThat(this.store.complete(former, OUTCOME, TTL)).isEqualTo(OwnershipResult.LOST);
	}

	@Test
	void lostReplyOfCompletionOrReleaseIsRecognisedByItsToken() {
		this.store.claim(claim(this.owner));
		this.flaky.failAfter("UPDATE", 1);
		assertUnavailable(() -> this.store.complete(this.owner, OUTCOME, TTL));
		assertThat(this.store.complete(this.owner, OUTCOME, TTL)).isEqualTo(OwnershipResult.CONFIRMED);
		Ownership other = new Ownership(new RecordKey("", "contract.submit", "other"), UUID.randomUUID());
		this.store.claim(claim(other));
		this.flaky.failAfter("UPDATE", 1);
		assertUnavailable(() -> this.store.release(other));
		assertThat(this.store.release(other)).isEqualTo(OwnershipResult.CONFIRMED);
	}

	@Test
	void whatLostAgainstAnotherStatementIsRepeatedInsideTheStore() {
		this.flaky.failBefore(firstClaim(), 3, this::deadlock);
		assertAcquired(this.owner, 1);
		this.flaky.failBefore("UPDATE", 3, this::deadlock);
		assertThat(this.store.complete(this.owner, OUTCOME, TTL)).isEqualTo(OwnershipResult.CONFIRMED);
		this.flaky.failBefore("", 1_000, this::deadlock);
		assertUnavailable(() -> this.store.claim(claim(another())));
	}

	@Test
	void anotherErrorIsNotRepeated() {
		this.counted.reset();
		this.flaky.failBefore(firstClaim(), 1, () -> vendorError("XX000", 4711));
		assertUnavailable(() -> this.store.claim(claim(this.owner)));
	}

	@Test
	void renewalOfManyIsOneBatchAndNamesThoseThatAreLost() {
		Map<Ownership, Duration> leases = new HashMap<>();
		for (int i = 0; i < 50; i++) {
			Ownership each = new Ownership(new RecordKey("", "contract.submit", "key " + i), UUID.randomUUID());
			this.store.claim(claim(each));
			leases.put(each, TTL);
		}
		Ownership stranger = another();
		leases.put(stranger, TTL);
		this.counted.reset();
		assertThat(this.store.renew(leases)).containsExactly(stranger);
		assertThat(this.counted.count()).isOne();
	}

	/**
	 * As another node does that joins a transaction.
	 */
	@Test
	void recordThatAnotherTransactionHasClaimedIsInProgressWithinABoundAndNeverAcquired() throws Exception {
		try (Connection connection = this.pool.getConnection()) {
			connection.setAutoCommit(false);
			// its own statements, in the transaction of that connection
			SingleConnectionDataSource open = new SingleConnectionDataSource(connection, true);
			ClaimProtocol claims = JdbcDialects.detect(this.pool)
				.claims("idempotency_record", new Statements(JdbcDialects.detect(this.pool), "idempotency_record"),
						new JoinedTo(open));
			assertThat(claims.claim(claim(another()))).isInstanceOf(ClaimResult.Acquired.class);
			CompletableFuture<ClaimResult> answer = CompletableFuture
				.supplyAsync(() -> this.store.claim(claim(this.owner)));
			assertThat(answer.get(30, TimeUnit.SECONDS)).isEqualTo(new ClaimResult.InProgress(null));
			connection.rollback();
			connection.setAutoCommit(true);
		}
		assertAcquired(this.owner, 1);
	}

	private record JoinedTo(SingleConnectionDataSource connection) implements Connections {

		@Override
		public boolean areJoined() {
			return true;
		}

		@Override
		public <T> T run(Work<T> work) throws SQLException {
			return work.on(this.connection.getConnection());
		}

	}

}
