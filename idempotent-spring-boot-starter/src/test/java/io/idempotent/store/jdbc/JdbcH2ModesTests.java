package io.idempotent.store.jdbc;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import javax.sql.DataSource;

import io.idempotent.IdempotencyRecord;
import io.idempotent.store.Claim;
import io.idempotent.store.ClaimResult;
import io.idempotent.store.OwnershipResult;
import io.idempotent.store.Ownership;
import io.idempotent.store.RecordKey;
import io.idempotent.store.Settlement;
import io.idempotent.store.StoredOutcome;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every verb in every mode of H2, with a scope and without: in that of Oracle an empty
 * text is null.
 */
class JdbcH2ModesTests {

	private static final Duration LONG = Duration.ofHours(1);

	@ParameterizedTest
	@ValueSource(strings = { "", ";MODE=Regular", ";MODE=Strict", ";MODE=Legacy", ";MODE=DB2", ";MODE=Derby",
			";MODE=HSQLDB", ";MODE=MSSQLServer", ";MODE=MSSQLServer;DATABASE_TO_UPPER=FALSE", ";MODE=MySQL",
			";MODE=MySQL;DATABASE_TO_LOWER=TRUE", ";MODE=MariaDB", ";MODE=MariaDB;CASE_INSENSITIVE_IDENTIFIERS=TRUE",
			";MODE=Oracle", ";MODE=Oracle;DEFAULT_NULL_ORDERING=HIGH", ";MODE=Oracle;DATABASE_TO_UPPER=FALSE",
			";MODE=PostgreSQL", ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;DEFAULT_NULL_ORDERING=HIGH",
			";DATABASE_TO_UPPER=FALSE", ";DATABASE_TO_UPPER=FALSE;CASE_INSENSITIVE_IDENTIFIERS=TRUE",
			";NON_KEYWORDS=VALUE;IGNORECASE=TRUE" })
	void everyVerbWorksInEveryMode(String settings) throws Exception {
		DataSource dataSource = H2.create(settings);
		JdbcIdempotencyStore store = H2.store(dataSource);
		store.verifySchema();
		TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
		for (String scope : new String[] { "", " ", "user:ann" }) {
			RecordKey key = new RecordKey(scope, "contract.submit", "w-1");
			assertThat(acquire(store, key).attempt()).isOne();
			assertThat(store.claim(claim(key))).isInstanceOf(ClaimResult.InProgress.class);
			Ownership owner = new Ownership(key, UUID.randomUUID());
			RecordKey other = new RecordKey(scope, "contract.submit", "w-2");
			Ownership second = new Ownership(other, UUID.randomUUID());
			assertThat(store.claim(new Claim(second, null, LONG, LONG, null))).isInstanceOf(ClaimResult.Acquired.class);
			assertThat(store.renew(Map.of(second, LONG, owner, LONG))).isEqualTo(Set.of(owner));
			assertThat(store.complete(second, outcome(""), LONG)).isEqualTo(OwnershipResult.CONFIRMED);
			assertThat(store.claim(claim(other))).isInstanceOfSatisfying(ClaimResult.Finished.class,
					(finished) -> assertThat(finished.outcome().body()).asString().isEqualTo("done"));
			assertThat(store.find(other)).map(IdempotencyRecord::scope).contains(scope);
			RecordKey third = new RecordKey(scope, "contract.submit", "w-3");
			ClaimResult.Acquired acquired = transaction.execute((status) -> {
				Ownership joined = new Ownership(third, UUID.randomUUID());
				ClaimResult answer = store.joined().claim(new Claim(joined, null, LONG, LONG, null));
				assertThat(store.joined().complete(joined, outcome("json/1"), LONG))
					.isEqualTo(OwnershipResult.CONFIRMED);
				return (ClaimResult.Acquired) answer;
			});
			assertThat(store.forget(third, acquired.fencingToken())).isEqualTo(OwnershipResult.CONFIRMED);
			assertThat(store.find(third)).isEmpty();
			Ownership fourth = new Ownership(third, UUID.randomUUID());
			store.claim(new Claim(fourth, null, LONG, LONG, null));
			assertThat(store.abandon(fourth)).isEqualTo(OwnershipResult.CONFIRMED);
			assertThat(store.findAbandoned(9)).singleElement().satisfies((attempt) -> {
				assertThat(attempt.scope()).isEqualTo(scope);
				assertThat(store.settle(third, attempt.fencingToken(), new Settlement.Reopen()))
					.isEqualTo(OwnershipResult.CONFIRMED);
			});
			assertThat(acquire(store, third).attempt()).isEqualTo(2);
		}
		assertThat(store.purge(10)).isZero();
		assertThat(store.countAbandoned()).isZero();
	}

	private static Claim claim(RecordKey key) {
		return new Claim(new Ownership(key, UUID.randomUUID()), null, LONG, LONG, null);
	}

	private static ClaimResult.Acquired acquire(JdbcIdempotencyStore store, RecordKey key) {
		return (ClaimResult.Acquired) store.claim(claim(key));
	}

	private static StoredOutcome outcome(String format) {
		return new StoredOutcome(false, format, "done".getBytes(StandardCharsets.UTF_8));
	}

}
