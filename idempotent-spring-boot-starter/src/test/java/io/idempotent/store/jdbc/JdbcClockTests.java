package io.idempotent.store.jdbc;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.TimeZone;
import java.util.UUID;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.zaxxer.hikari.HikariDataSource;
import io.idempotent.database.TestDatabase;
import io.idempotent.database.TestDatabase.Address;
import io.idempotent.store.Claim;
import io.idempotent.store.ClaimResult;
import io.idempotent.store.Ownership;
import io.idempotent.store.RecordKey;
import io.idempotent.store.StoredOutcome;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

/**
 * The clock of the application decides nothing.
 */
class JdbcClockTests {

	private final TimeZone zone = TimeZone.getDefault();

	@AfterEach
	void restore() {
		TimeZone.setDefault(this.zone);
	}

	/**
	 * So a clock that is an hour off changes nothing. The engine measures time with a
	 * ticker, and asks for the date only to show when a result was made.
	 */
	@Test
	void nobodyWhoDecidesReadsTheClockOfTheApplication() {
		JavaClasses main = new ClassFileImporter().withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
			.importPackages("io.idempotent");
		noClasses().that()
			.resideInAnyPackage("io.idempotent.store.jdbc", "io.idempotent.engine..")
			.should()
			.callMethod(System.class, "currentTimeMillis")
			.orShould()
			.dependOnClassesThat()
			.haveFullyQualifiedName("java.time.Clock")
			.check(main);
		noClasses().that()
			.resideInAnyPackage("io.idempotent.store.jdbc", "io.idempotent.engine..")
			.and()
			// IdempotentResult.completedAt of the first caller, and of the entry in its
			// local cache
			.haveNameNotMatching(".*\\.(Attempt|JoinedAttempts|UnguardedExecutor|AttemptRecorder)")
			.should()
			.callMethod(Instant.class, "now")
			.check(main);
	}

	@ParameterizedTest
	@EnumSource(names = { "H2", "POSTGRESQL", "MARIADB", "MYSQL", "HSQLDB" })
	void nodesInDifferentTimeZonesSeeTheSameTimes(TestDatabase database) {
		Address address = database.create();
		Claim claim = new Claim(new Ownership(new RecordKey("", "operation", "key"), UUID.randomUUID()), null,
				Duration.ofMinutes(10), Duration.ofHours(1), null);
		Claim shortClaim = new Claim(new Ownership(new RecordKey("", "operation", "short"), UUID.randomUUID()), null,
				Duration.ofMillis(50), Duration.ofHours(1), null);
		TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Kiritimati"));
		Instant claimedAt;
		try (HikariDataSource here = database.pool(address, 2)) {
			JdbcIdempotencyStore store = database.store(here);
			store.claim(claim);
			store.claim(shortClaim);
			claimedAt = store.find(claim.ownership().key()).orElseThrow().claimedAt();
			assertThat(claimedAt).isCloseTo(Instant.now(), within(1, ChronoUnit.MINUTES));
		}
		TimeZone.setDefault(TimeZone.getTimeZone("America/Los_Angeles"));
		try (HikariDataSource there = database.pool(address, 2)) {
			JdbcIdempotencyStore store = database.store(there);
			assertThat(store.find(claim.ownership().key()).orElseThrow().claimedAt()).isEqualTo(claimedAt);
			assertThat(store.claim(other(claim))).isInstanceOf(ClaimResult.InProgress.class);
			await().until(() -> store.claim(other(shortClaim)), ClaimResult.Abandoned.class::isInstance);
			store.complete(claim.ownership(), new StoredOutcome(false, "json/1", null), Duration.ofHours(1));
			assertThat(store.claim(other(claim))).isInstanceOfSatisfying(ClaimResult.Finished.class,
					(finished) -> assertThat(finished.remaining()).isBetween(Duration.ofMinutes(59),
							Duration.ofHours(1)));
			assertThat(store.purge(10)).isZero();
		}
	}

	private static Claim other(Claim claim) {
		return new Claim(new Ownership(claim.ownership().key(), UUID.randomUUID()), null, claim.lease(), claim.ttl(),
				null);
	}

}
