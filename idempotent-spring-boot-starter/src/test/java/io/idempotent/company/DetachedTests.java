package io.idempotent.company;

import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import io.idempotent.IdempotencyRecord.State;
import io.idempotent.IdempotencyTemplate;
import io.idempotent.Idempotent;
import io.idempotent.TransactionMode;
import io.idempotent.autoconfigure.IdempotencyTransactionManager;
import io.idempotent.company.Company.Runs;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.reactive.AbstractReactiveTransactionManager;
import org.springframework.transaction.reactive.GenericReactiveTransaction;
import org.springframework.transaction.reactive.TransactionContextManager;
import org.springframework.transaction.reactive.TransactionSynchronizationManager;
import org.springframework.transaction.reactive.TransactionalOperator;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * {@code DETACHED}: whatever becomes of the caller's transaction, the outcome stays.
 */
@ExtendWith(OutputCaptureExtension.class)
class DetachedTests {

	private static ApplicationContextRunner application(Class<?>... configurations) {
		return Company.application(configurations).withBean(Payments.class);
	}

	private static boolean isInTransaction() {
		return org.springframework.transaction.support.TransactionSynchronizationManager.isActualTransactionActive();
	}

	/** Does it twice inside of a transaction that rolls back. */
	private static void twiceInVain(BeanFactory context, Consumer<Payments> task) {
		for (int i = 0; i < 2; i++) {
			new TransactionTemplate(context.getBean(PlatformTransactionManager.class))
				.executeWithoutResult((status) -> {
					task.accept(context.getBean(Payments.class));
					assertThat(isInTransaction()).as("the caller's again").isTrue();
					context.getBean(JdbcTemplate.class).update("INSERT INTO payment VALUES ('caller')");
					status.setRollbackOnly();
				});
		}
		assertThat(rows(context, "caller")).isZero();
	}

	private static int rows(BeanFactory context, String id) {
		return context.getBean(JdbcTemplate.class)
			.queryForObject("SELECT count(*) FROM payment WHERE id = ?", Integer.class, id);
	}

	private static void assertRanOnce(BeanFactory context, String operation) {
		assertThat(Company.state(context, operation, "p-1")).contains(State.COMPLETED);
		assertThat(context.getBean(Runs.class)).hasValue(1);
	}

	@Test
	void itsOutcomeStaysWhenTheCallersTransactionRollsBack(CapturedOutput output) {
		application().run((context) -> {
			twiceInVain(context, (payments) -> assertThat(payments.charge("p-1")).isEqualTo("run 1, outside"));
			assertRanOnce(context, "payment.charge");
		});
		assertThat(output).doesNotContain("was called inside of a transaction");
	}

	@Test
	void itsOwnTransactionIsOneOfItsOwn() {
		application().run((context) -> {
			twiceInVain(context, (payments) -> assertThat(payments.book("p-1")).isEqualTo("run 1, inside"));
			assertRanOnce(context, "payment.book");
			assertThat(rows(context, "p-1")).isEqualTo(1);
		});
	}

	@Test
	void itsFailureReleasesItAtOnceAndLeavesTheCallersTransactionUsable() {
		application().run((context) -> {
			new TransactionTemplate(context.getBean(PlatformTransactionManager.class))
				.executeWithoutResult((status) -> {
					assertThatIllegalStateException().isThrownBy(() -> context.getBean(Payments.class).decline("p-1"));
					assertThat(Company.state(context, "payment.decline", "p-1")).contains(State.RELEASED);
					context.getBean(JdbcTemplate.class).update("INSERT INTO payment VALUES ('caller')");
				});
			assertThat(rows(context, "caller")).isEqualTo(1);
			assertThat(rows(context, "p-1")).isZero();
		});
	}

	@Test
	void thePropertyAndTheTemplateSayItAsTheAnnotationDoes() {
		application().withPropertyValues("idempotent.transaction=detached").run((context) -> {
			twiceInVain(context, (payments) -> payments.byDefault("p-1"));
			assertRanOnce(context, "payment.by-default");
		});
		application().run((context) -> {
			twiceInVain(context,
					(payments) -> context.getBean(IdempotencyTemplate.class)
						.operation("payment.template")
						.key("p-1")
						.transaction(TransactionMode.DETACHED)
						.returning(String.class)
						.execute(payments::run));
			assertRanOnce(context, "payment.template");
		});
	}

	@Test
	void guardedMethodsInsideAndAroundDecideForThemselves() {
		application().run((context) -> {
			twiceInVain(context, (payments) -> payments.chargeByAnother("p-1"));
			assertThat(Company.state(context, "payment.outer", "p-1")).contains(State.RELEASED);
			assertRanOnce(context, "payment.charge");
		});
		application().run((context) -> {
			twiceInVain(context, (payments) -> payments.detachedAround("p-1"));
			assertThat(Company.state(context, "payment.around", "p-1")).contains(State.COMPLETED);
			assertThat(Company.state(context, "payment.by-default", "p-1")).as("nothing is around it")
				.contains(State.COMPLETED);
			assertThat(Company.state(context, "payment.join", "p-1")).contains(State.COMPLETED);
			assertThat(rows(context, "p-1")).isEqualTo(1);
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "txA", "txB" })
	void itLeavesTheTransactionsOfAllManagers(String outer) {
		application(TwoManagers.class).run((context) -> {
			DataSource one = context.getBean("txA", JdbcTransactionManager.class).getDataSource();
			DataSource other = context.getBean("txB", JdbcTransactionManager.class).getDataSource();
			TransactionTemplate outside = new TransactionTemplate(
					context.getBean(outer, PlatformTransactionManager.class));
			TransactionTemplate inside = new TransactionTemplate(
					context.getBean(outer.equals("txA") ? "txB" : "txA", PlatformTransactionManager.class));
			outside.executeWithoutResult((around) -> inside.executeWithoutResult((status) -> {
				context.getBean(Payments.class).charge("p-1", () -> {
					assertThat(
							org.springframework.transaction.support.TransactionSynchronizationManager.getResource(one))
						.isNull();
					assertThat(org.springframework.transaction.support.TransactionSynchronizationManager
						.getResource(other)).isNull();
				});
				assertThat(org.springframework.transaction.support.TransactionSynchronizationManager.getResource(one))
					.isNotNull();
				assertThat(org.springframework.transaction.support.TransactionSynchronizationManager.getResource(other))
					.isNotNull();
				status.setRollbackOnly();
			}));
			assertRanOnce(context, "payment.charge-and");
		});
	}

	@Test
	void aTransactionThatNoBeanManagesIsRefusedAndNothingRuns() {
		application().run((context) -> {
			TransactionTemplate foreign = new TransactionTemplate(
					new JdbcTransactionManager(new DriverManagerDataSource("jdbc:h2:mem:")));
			foreign.executeWithoutResult((status) -> assertThatExceptionOfType(IllegalTransactionStateException.class)
				.isThrownBy(() -> context.getBean(Payments.class).charge("p-1"))
				.withMessageContaining("payment.charge")
				.withMessageContaining("Nothing was run"));
			assertThat(context.getBean(Runs.class)).hasValue(0);
			assertThat(context.getBean(Payments.class).charge("p-1")).isEqualTo("run 1, outside");
		});
	}

	@Test
	void aFutureStaysAsWell() {
		application().run((context) -> {
			twiceInVain(context,
					(payments) -> assertThat(payments.chargeLater("p-1").join()).isEqualTo("run 1, outside"));
			assertRanOnce(context, "payment.later");
		});
	}

	@Test
	void aMonoIsSubscribedToOutsideOfTheReactiveTransaction() {
		application().run((context) -> {
			Payments payments = context.getBean(Payments.class);
			TransactionalOperator operator = TransactionalOperator.create(new EmptyReactiveManager());
			for (int i = 0; i < 2; i++) {
				assertThat(operator.execute((status) -> {
					status.setRollbackOnly();
					return payments.chargeReactively("p-1");
				}).blockLast()).isEqualTo("run 1, outside");
			}
			assertRanOnce(context, "payment.reactive");
		});
	}

	static class Payments {

		private final Runs runs;

		private final JdbcTemplate jdbc;

		private final ObjectProvider<Payments> self;

		Payments(Runs runs, JdbcTemplate jdbc, ObjectProvider<Payments> self) {
			this.runs = runs;
			this.jdbc = jdbc;
			this.self = self;
			jdbc.execute("CREATE TABLE IF NOT EXISTS payment (id VARCHAR(40))");
		}

		String run() {
			return "run %d, %s".formatted(this.runs.incrementAndGet(), isInTransaction() ? "inside" : "outside");
		}

		@Idempotent(key = "#id", operation = "payment.charge", transaction = TransactionMode.DETACHED)
		public String charge(String id) {
			return run();
		}

		@Idempotent(key = "#id", payload = Idempotent.UNCHECKED, operation = "payment.charge-and",
				transaction = TransactionMode.DETACHED)
		public String charge(String id, Runnable what) {
			what.run();
			return run();
		}

		@Idempotent(key = "#id", operation = "payment.book", transaction = TransactionMode.DETACHED)
		@Transactional
		public String book(String id) {
			this.jdbc.update("INSERT INTO payment VALUES (?)", id);
			return run();
		}

		@Idempotent(key = "#id", operation = "payment.decline", transaction = TransactionMode.DETACHED)
		@Transactional
		public String decline(String id) {
			this.jdbc.update("INSERT INTO payment VALUES (?)", id);
			throw new IllegalStateException("declined");
		}

		@Idempotent(key = "#id", operation = "payment.by-default")
		public String byDefault(String id) {
			return run();
		}

		@Idempotent(key = "#id", operation = "payment.join", transaction = TransactionMode.JOIN)
		public String join(String id) {
			this.jdbc.update("INSERT INTO payment VALUES (?)", id);
			return run();
		}

		@Idempotent(key = "#id", operation = "payment.outer")
		public String chargeByAnother(String id) {
			return this.self.getObject().charge(id);
		}

		@Idempotent(key = "#id", operation = "payment.around", transaction = TransactionMode.DETACHED)
		public String detachedAround(String id) {
			this.self.getObject().join(id);
			return this.self.getObject().byDefault(id);
		}

		@Idempotent(key = "#id", operation = "payment.later", transaction = TransactionMode.DETACHED)
		public CompletableFuture<String> chargeLater(String id) {
			return CompletableFuture.completedFuture(run());
		}

		@Idempotent(key = "#id", operation = "payment.reactive", transaction = TransactionMode.DETACHED)
		public Mono<String> chargeReactively(String id) {
			return TransactionContextManager.currentContext()
				.map((transaction) -> "inside")
				.onErrorReturn("outside")
				.map((where) -> "run %d, %s".formatted(this.runs.incrementAndGet(), where));
		}

	}

	private static final class EmptyReactiveManager extends AbstractReactiveTransactionManager {

		@Override
		protected Object doGetTransaction(TransactionSynchronizationManager synchronizations) {
			return new Object();
		}

		@Override
		protected Mono<Void> doBegin(TransactionSynchronizationManager synchronizations, Object transaction,
				TransactionDefinition definition) {
			return Mono.empty();
		}

		@Override
		protected Mono<Void> doCommit(TransactionSynchronizationManager synchronizations,
				GenericReactiveTransaction status) {
			return Mono.empty();
		}

		@Override
		protected Mono<Void> doRollback(TransactionSynchronizationManager synchronizations,
				GenericReactiveTransaction status) {
			return Mono.empty();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class TwoManagers {

		@Bean
		@Primary
		@IdempotencyTransactionManager
		PlatformTransactionManager txA(DataSource dataSource) {
			return new JdbcTransactionManager(dataSource);
		}

		@Bean
		PlatformTransactionManager txB() {
			return new JdbcTransactionManager(new DriverManagerDataSource("jdbc:h2:mem:b;DB_CLOSE_DELAY=-1"));
		}

	}

}
