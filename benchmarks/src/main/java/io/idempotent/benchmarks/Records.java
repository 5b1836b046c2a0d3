package io.idempotent.benchmarks;

import java.time.Duration;
import java.util.UUID;

import com.zaxxer.hikari.HikariDataSource;
import io.idempotent.store.Claim;
import io.idempotent.store.ClaimResult;
import io.idempotent.store.IdempotencyStore;
import io.idempotent.store.Ownership;
import io.idempotent.store.RecordKey;
import io.idempotent.store.StoredOutcome;
import io.idempotent.store.jdbc.JdbcDialects;
import io.idempotent.store.jdbc.JdbcIdempotencyStore;
import org.jspecify.annotations.Nullable;

/**
 * The records of one table, by the verbs of the store alone. Any other answer than the
 * expected one is an error.
 */
public final class Records {

	private static final Duration TTL = Duration.ofHours(24);

	private static final StoredOutcome OUTCOME = new StoredOutcome(false, "json/1", new byte[130]);

	private final IdempotencyStore store;

	/**
	 * Creates it.
	 * @param pool gives the connections
	 * @param table the name of the table
	 */
	public Records(HikariDataSource pool, String table) {
		this.store = new JdbcIdempotencyStore(pool, JdbcDialects.detect(pool), table);
	}

	/**
	 * Claims a new record.
	 * @param key its key
	 * @return what completes it
	 */
	public Ownership acquire(String key) {
		Claim claim = claim(key);
		require(this.store.claim(claim) instanceof ClaimResult.Acquired);
		return claim.ownership();
	}

	/**
	 * Completes a record.
	 * @param ownership that of its claim, null for nothing to be done
	 */
	public void complete(@Nullable Ownership ownership) {
		if (ownership != null) {
			this.store.complete(ownership, OUTCOME, TTL);
		}
	}

	/**
	 * Claims a record that has finished.
	 * @param key its key
	 */
	public void meet(String key) {
		require(this.store.claim(claim(key)) instanceof ClaimResult.Finished);
	}

	private static Claim claim(String key) {
		return new Claim(new Ownership(new RecordKey("", Contracts.SUBMIT, key), UUID.randomUUID()), null,
				Duration.ofSeconds(30), TTL, null);
	}

	private static void require(boolean condition) {
		if (!condition) {
			throw new IllegalStateException("Another answer was expected");
		}
	}

}
