package io.idempotent.autoconfigure;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import javax.sql.DataSource;

import io.idempotent.IdempotencyTemplate;
import io.idempotent.database.TestDatabase;
import io.idempotent.database.TestDatabase.Address;
import org.apache.commons.lang3.StringUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.jdbc.datasource.AbstractDataSource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application that stops while an operation is running.
 */
@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class GracefulShutdownTests {

	private final Address address = TestDatabase.H2.createEmpty();

	private final CountDownLatch entered = new CountDownLatch(1);

	private final CountDownLatch mayReturn = new CountDownLatch(1);

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

	private ConfigurableApplicationContext start(String timeout, Class<?>... beans) {
		return new SpringApplicationBuilder(Application.class).sources(beans)
			.web(WebApplicationType.NONE)
			.properties("spring.datasource.url=" + this.address.url(), "spring.main.banner-mode=off",
					"spring.lifecycle.timeout-per-shutdown-phase=" + timeout)
			.run();
	}

	private CompletableFuture<String> call(ConfigurableApplicationContext context) throws Exception {
		IdempotencyTemplate template = context.getBean(IdempotencyTemplate.class);
		CompletableFuture<String> call = CompletableFuture
			.supplyAsync(() -> template.operation("slow").key("k").returning(String.class).execute(() -> {
				this.entered.countDown();
				try {
					this.mayReturn.await(50, TimeUnit.SECONDS);
				}
				catch (InterruptedException ex) {
					throw new IllegalStateException(ex);
				}
				return "done";
			}));
		this.entered.await();
		return call;
	}

	@Test
	void aRunningExecutionEndsAndIsRecordedBeforeAnythingThatItNeedsIsClosed() throws Exception {
		ConfigurableApplicationContext context = start("40s");
		CompletableFuture<String> call = call(context);
		CountDownLatch closing = new CountDownLatch(1);
		context.addApplicationListener((ContextClosedEvent event) -> closing.countDown());
		CompletableFuture<Void> stopped = CompletableFuture.runAsync(context::close);
		closing.await();
		assertThat(stopped).isNotDone();
		this.mayReturn.countDown();
		stopped.get();
		assertThat(call.get()).isEqualTo("done");
		try (ConfigurableApplicationContext next = start("1s")) {
			String replayed = next.getBean(IdempotencyTemplate.class)
				.operation("slow")
				.key("k")
				.returning(String.class)
				.execute(() -> "again");
			assertThat(replayed).isEqualTo("done");
		}
	}

	@Test
	void anExecutionThatNeverEndsKeepsTheApplicationNoLongerThanTheLifecycleAllows(CapturedOutput output)
			throws Exception {
		ConfigurableApplicationContext context = start("500ms");
		CompletableFuture<String> call = call(context);
		context.close();
		assertThat(call).isNotDone();
		this.mayReturn.countDown();
		assertThat(call.get()).isEqualTo("done");
		assertThat(output).contains("once its lease has ended, attempt 1 is abandoned")
			.doesNotContain("trying again in the background");
	}

	@Test
	void outcomesThatCannotBeRecordedKeepTheApplicationNoLongerThanTheLifecycleAllows(CapturedOutput output)
			throws Exception {
		ConfigurableApplicationContext context = start("500ms", Unreachable.class);
		Unreachable database = context.getBean(Unreachable.class);
		IdempotencyTemplate template = context.getBean(IdempotencyTemplate.class);
		CountDownLatch claimed = new CountDownLatch(12);
		ExecutorService threads = Executors.newFixedThreadPool(12);
		List<Future<String>> calls = IntStream.range(0, 12)
			.mapToObj((key) -> threads
				.submit(() -> template.operation("slow").key(key).returning(String.class).execute(() -> {
					claimed.countDown();
					this.mayReturn.await();
					return "done";
				})))
			.toList();
		claimed.await();
		database.connections = () -> {
			throw new SQLTransientConnectionException("refused", "08001");
		};
		this.mayReturn.countDown();
		for (Future<String> call : calls) {
			assertThat(call.get()).isEqualTo("done");
		}
		// as a pool does whose time-out is longer than anything
		database.connections = () -> {
			new CountDownLatch(1).await();
			return null;
		};
		context.close();
		threads.shutdown();
		assertThat(StringUtils.countMatches(output.getAll(), "once its lease has ended, attempt 1 is abandoned"))
			.isEqualTo(12);
	}

	/** A database that is reached as a test says. */
	static final class Unreachable extends AbstractDataSource {

		private final DataSource target;

		private volatile Callable<Connection> connections;

		Unreachable(@Value("${spring.datasource.url}") String url) {
			this.target = new DriverManagerDataSource(url, "sa", "");
			this.connections = this.target::getConnection;
		}

		@Override
		public Connection getConnection() throws SQLException {
			try {
				return this.connections.call();
			}
			catch (SQLException ex) {
				throw ex;
			}
			catch (Exception ex) {
				throw new SQLException(ex);
			}
		}

		@Override
		public Connection getConnection(String username, String password) throws SQLException {
			return getConnection();
		}

	}

}
