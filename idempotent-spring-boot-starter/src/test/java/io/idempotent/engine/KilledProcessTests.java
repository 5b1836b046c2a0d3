package io.idempotent.engine;

import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.idempotent.AbandonedPolicy;
import io.idempotent.OperationInProgressException;
import io.idempotent.OutcomeUnknownException;
import io.idempotent.Resolution;
import io.idempotent.database.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * A JVM that is killed in the middle of the method, and what the next one sees.
 */
class KilledProcessTests {

	private static final Duration LEASE = Duration.ofSeconds(2);

	@TempDir
	private Path directory;

	private final AtomicInteger runs = new AtomicInteger();

	private TestEngine survivor;

	/**
	 * What is killed.
	 */
	static final class Victim {

		public static void main(String[] arguments) throws Exception {
			try (TestEngine node = engine(arguments[0])) {
				node.call("k", () -> {
					System.out.println("entered");
					new CountDownLatch(1).await();
					return "never";
				});
			}
		}

	}

	private static TestEngine engine(String url) {
		TestEngine node = new TestEngine(TestDatabase.H2.createStore(new DriverManagerDataSource(url)));
		node.lease = LEASE;
		return node;
	}

	@BeforeEach
	void killAnotherJvmInTheMethod() throws Exception {
		String url = "jdbc:h2:file:" + this.directory.resolve("db");
		Process victim = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
				System.getProperty("java.class.path"), Victim.class.getName(), url)
			.redirectError(ProcessBuilder.Redirect.INHERIT)
			.start();
		try (BufferedReader output = victim.inputReader(StandardCharsets.UTF_8)) {
			assertThat(output.lines().anyMatch("entered"::equals)).isTrue();
		}
		finally {
			victim.destroyForcibly();
		}
		assertThat(victim.waitFor(20, TimeUnit.SECONDS)).isTrue();
		this.survivor = engine(url);
	}

	@AfterEach
	void close() {
		this.survivor.close();
	}

	private String run() {
		return "run " + this.runs.incrementAndGet();
	}

	@Test
	void underHoldItIsInProgressUntilTheLeaseEndsAndThenHeld() {
		await().untilAsserted(() -> assertThatExceptionOfType(OutcomeUnknownException.class)
			.isThrownBy(() -> this.survivor.call("k", this::run)));
		assertThatExceptionOfType(OutcomeUnknownException.class).isThrownBy(() -> this.survivor.call("k", this::run));
		assertThat(this.runs).hasValue(0);
		assertThat(this.survivor.settlement().findAbandoned(10)).hasSize(1);
	}

	@Test
	void underRetryTheNextCallAfterTheLeaseIsTheSecondAttempt() {
		this.survivor.onAbandoned = AbandonedPolicy.RETRY;
		await().ignoreException(OperationInProgressException.class)
			.untilAsserted(() -> assertThat(this.survivor.call("k", this::run)).isEqualTo("run 1"));
		assertThat(this.survivor.call(String.class, "k", null, this::run).attempt()).isEqualTo(2);
	}

	@Test
	void aResolverThatKnowsTheResultLetsItBeReplayed() {
		this.survivor.resolvers.add(new TestResolver((attempt) -> Resolution.completed("found")));
		await().ignoreException(OperationInProgressException.class)
			.untilAsserted(() -> assertThat(this.survivor.call("k", this::run)).isEqualTo("found"));
		assertThat(this.runs).hasValue(0);
	}

}
