package io.idempotent.engine;

import java.sql.Connection;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import com.zaxxer.hikari.HikariDataSource;
import io.idempotent.AbandonedPolicy;
import io.idempotent.IdempotencyStoreException;
import io.idempotent.OwnershipLostException;
import io.idempotent.database.TestDatabase;
import io.idempotent.test.FlakyDataSource;
import org.apache.commons.lang3.StringUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * A database that one node cannot reach for a while, as another node sees it.
 */
@ParameterizedClass
@EnumSource(names = { "H2", "POSTGRESQL", "MARIADB" })
@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class OutageTests {

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final TestDatabase database;

	private HikariDataSource pool;

	private FlakyDataSource connection;

	private TestEngine node;

	private TestEngine other;

	OutageTests(TestDatabase database) {
		this.database = database;
	}

	@BeforeEach
	void create() {
		this.pool = this.database.pool(4);
		this.connection = new FlakyDataSource(this.pool);
		this.node = new TestEngine(this.database.store(this.connection));
		this.other = new TestEngine(this.database.store(this.pool));
		this.node.lease = Duration.ofMillis(600);
		this.other.lease = Duration.ofMillis(600);
	}

	@AfterEach
	void close() {
		this.threads.shutdownNow();
		this.node.close();
		this.other.close();
		this.pool.close();
	}

	@Test
	void nothingRunsWhileTheDatabaseIsAway() {
		this.connection.setDown(true);
		assertThatExceptionOfType(IdempotencyStoreException.class).isThrownBy(() -> this.node.call("k", () -> "never"));
		this.connection.setDown(false);
		assertThat(this.node.call("k", () -> "first")).isEqualTo("first");
	}

	@Test
	void whatHasRunIsRecordedOnceTheDatabaseIsBack() {
		assertThat(this.node.call("k", () -> {
			this.connection.setDown(true);
			return "first";
		})).isEqualTo("first");
		this.connection.setDown(false);
		await().untilAsserted(() -> assertThat(this.node.inFlight()).isZero());
		assertThat(this.other.call("k", () -> "second")).isEqualTo("first");
	}

	@Test
	void whoWasAwayBeyondItsLeaseAndTakenOverIsRefusedWhenItReturns() throws Exception {
		this.other.onAbandoned = AbandonedPolicy.RETRY;
		Blocker<String> method = new Blocker<>();
		Future<String> first = this.threads.submit(() -> this.node.call("k", method));
		method.awaitEntered();
		this.connection.setDown(true);
		await().ignoreExceptions().until(() -> this.other.call("k", () -> "second").equals("second"));
		this.connection.setDown(false);
		method.returns("first");
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> first.get(20, TimeUnit.SECONDS))
			.withCauseInstanceOf(OwnershipLostException.class);
		assertThat(this.node.call("k", () -> "third")).isEqualTo("second");
	}

	@Test
	void whoWasAwayBeyondItsLeaseAndIsHeldMayStillFinish() throws Exception {
		Blocker<String> method = new Blocker<>();
		Future<String> first = this.threads.submit(() -> this.node.call("k", method));
		method.awaitEntered();
		this.connection.setDown(true);
		await().until(() -> this.other.store.countAbandoned() == 1);
		this.connection.setDown(false);
		method.returns("first");
		assertThat(first.get(20, TimeUnit.SECONDS)).isEqualTo("first");
		assertThat(this.other.call("k", () -> "second")).isEqualTo("first");
	}

	@Test
	void anOutageIsSaidOnceWithItsCauseAndAgainWhenItComesAgain(CapturedOutput output) {
		for (int outage = 1; outage <= 2; outage++) {
			this.connection.setDown(true);
			for (int i = 0; i < 5; i++) {
				String key = outage + "-" + i;
				assertThatExceptionOfType(IdempotencyStoreException.class)
					.isThrownBy(() -> this.node.call(key, () -> "never"));
			}
			assertThat(StringUtils.countMatches(output.getAll(), "WARN")).isEqualTo(outage);
			this.connection.setDown(false);
			this.node.call("works " + outage, () -> "x");
		}
		assertThat(output).contains("SQLTransientConnectionException: The connection is broken")
			.contains("Works again. This is over: The store")
			.doesNotContain("lost the ownership", "abandoned");
	}

	@Test
	void whatFailsAndWorksInTurnDoesNotFillTheLog(CapturedOutput output) {
		for (int i = 0; i < 20; i++) {
			this.connection.setDown(true);
			String key = "k" + i;
			assertThatExceptionOfType(IdempotencyStoreException.class)
				.isThrownBy(() -> this.node.call(key, () -> "never"));
			this.connection.setDown(false);
			this.node.call("works " + i, () -> "x");
		}
		assertThat(StringUtils.countMatches(output.getAll(), "WARN")).isEqualTo(5);
	}

	@Test
	void aPoolThatIsExhaustedIsNamedAsSuch() throws Exception {
		try (HikariDataSource small = this.database.pool(1);
				TestEngine engine = new TestEngine(this.database.store(small))) {
			engine.call("k", () -> "first");
			small.setConnectionTimeout(250);
			try (Connection taken = small.getConnection()) {
				assertThat(taken.isClosed()).isFalse();
				assertThatExceptionOfType(IdempotencyStoreException.class)
					.isThrownBy(() -> engine.call("l", () -> "never"))
					.withMessageContaining("All connections of the pool are in use");
			}
		}
		this.connection.setDown(true);
		assertThatExceptionOfType(IdempotencyStoreException.class).isThrownBy(() -> this.node.call("k", () -> "never"))
			.withMessageNotContaining("pool");
	}

}
