package io.idempotent.company;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import javax.sql.DataSource;

import io.idempotent.IdempotencyTemplate;
import io.idempotent.Idempotent;
import io.idempotent.TransactionMode;
import io.idempotent.autoconfigure.IdempotencyTransactionManager;
import io.idempotent.company.Company.Runs;
import io.idempotent.database.TestDatabase;
import io.idempotent.database.TestDatabase.Address;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.Id;
import jakarta.persistence.Version;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.persistence.autoconfigure.EntityScan;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.UnexpectedRollbackException;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Isolation;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * {@code transaction = JOIN} in an application as Spring Boot configures it, with JDBC
 * and with JPA.
 */
@ExtendWith(OutputCaptureExtension.class)
@Timeout(120)
class JoinTests {

	private static ApplicationContextRunner on(TestDatabase database, Class<?>... configurations) {
		Address address = database.create();
		TestDatabase.execute(address, "CREATE TABLE effect (id VARCHAR(80) NOT NULL)");
		if (database == TestDatabase.POSTGRESQL) {
			TestDatabase.execute(address, "CREATE TABLE one (id INT UNIQUE DEFERRABLE INITIALLY DEFERRED)");
		}
		return Company.application(configurations)
			.withPropertyValues("spring.datasource.generate-unique-name=false",
					"spring.datasource.url=" + address.url(), "spring.datasource.username=" + address.user(),
					"spring.datasource.password=" + address.password());
	}

	private static ApplicationContextRunner jpaOn(TestDatabase database) {
		return on(database, Transactions.class)
			.withConfiguration(AutoConfigurations.of(HibernateJpaAutoConfiguration.class))
			.withUserConfiguration(Entities.class)
			.withPropertyValues("spring.jpa.hibernate.ddl-auto=update")
			.withBean(Accounts.class);
	}

	private static TransactionTemplate transaction(BeanFactory context) {
		return new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
	}

	private static int rows(BeanFactory context, String table) {
		return context.getBean(JdbcTemplate.class).queryForObject("SELECT count(*) FROM " + table, Integer.class);
	}

	// JDBC

	@ParameterizedTest
	@EnumSource(value = TestDatabase.class, names = { "H2", "POSTGRESQL", "MARIADB", "MYSQL" })
	void anAnnotatedMethodAndItsRecordCommitOrVanishTogether(TestDatabase database) {
		on(database, Transactions.class).withBean(Contracts.class).run((context) -> {
			Contracts contracts = context.getBean(Contracts.class);
			assertThat(contracts.submit("w-1")).isEqualTo("run 1");
			assertThat(contracts.submit("w-1")).isEqualTo("run 1");
			transaction(context).executeWithoutResult((status) -> {
				contracts.submit("w-2");
				assertThat(contracts.submit("w-2")).isEqualTo("run 2");
				status.setRollbackOnly();
			});
			assertThat(Company.state(context, "contract.submit", "w-2")).isEmpty();
			assertThat(contracts.submit("w-2")).isEqualTo("run 3");
			assertThatIllegalStateException().isThrownBy(() -> contracts.submitInVain("w-3"));
			assertThat(Company.state(context, "contract.submit-in-vain", "w-3")).isEmpty();
			assertThatIllegalStateException().isThrownBy(() -> contracts.submitInVain("w-3"));
			assertThat(rows(context, "effect")).isEqualTo(2);
			assertThat(context.getBean(Runs.class)).hasValue(5);
		});
	}

	@ParameterizedTest
	@EnumSource(value = TestDatabase.class, names = { "H2", "POSTGRESQL" })
	void aTransactionThatHasEndedIsNotJoinedByWhatItsCallbacksCall(TestDatabase database) {
		on(database, Transactions.class).withBean(Contracts.class).run((context) -> {
			Contracts contracts = context.getBean(Contracts.class);
			for (Phase phase : Phase.values()) {
				for (int i = 0; i < 2; i++) {
					phase.run(transaction(context), () -> contracts.submit("kept " + phase));
					phase.run(transaction(context), () -> assertThatIllegalStateException()
						.isThrownBy(() -> contracts.submitInVain("undone " + phase)));
					assertThat(Company.state(context, "contract.submit", "kept " + phase)).as("%s", phase).isPresent();
					assertThat(Company.state(context, "contract.submit-in-vain", "undone " + phase)).as("%s", phase)
						.isEmpty();
				}
			}
			assertThat(rows(context, "effect")).isEqualTo(Phase.values().length);
			assertThat(context.getBean(Runs.class)).hasValue(3 * Phase.values().length);
		});
	}

	/** Where a callback of a transaction is called. */
	private enum Phase {

		AFTER_COMMIT, AFTER_COMPLETION, AFTER_ROLLBACK, IN_ANOTHER_TRANSACTION_AFTER_COMMIT;

		void run(TransactionTemplate transaction, Runnable call) {
			List<Throwable> failures = new ArrayList<>();
			transaction.executeWithoutResult((status) -> {
				TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

					@Override
					public void afterCommit() {
						if (Phase.this == AFTER_COMMIT) {
							call.run();
						}
						else if (Phase.this == IN_ANOTHER_TRANSACTION_AFTER_COMMIT) {
							TransactionTemplate other = new TransactionTemplate(transaction.getTransactionManager());
							other.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
							try {
								other.executeWithoutResult((inside) -> call.run());
							}
							catch (UnexpectedRollbackException ex) {
								// the failure has marked it
							}
						}
					}

					@Override
					public void afterCompletion(int end) {
						if (Phase.this == AFTER_COMPLETION || Phase.this == AFTER_ROLLBACK) {
							try {
								call.run();
							}
							catch (Throwable ex) {
								failures.add(ex);
							}
						}
					}

				});
				if (this == AFTER_ROLLBACK) {
					status.setRollbackOnly();
				}
			});
			assertThat(failures).isEmpty();
		}

	}

	@ParameterizedTest
	@EnumSource(value = TestDatabase.class, names = { "H2", "POSTGRESQL" })
	void allOperationsJoinIfThatIsConfigured(TestDatabase database) {
		on(database).withPropertyValues("idempotent.transaction=join").run((context) -> {
			IdempotencyTemplate template = context.getBean(IdempotencyTemplate.class);
			transaction(context).executeWithoutResult((status) -> {
				template.operation("submit").key("w-1").returning(String.class).<RuntimeException>execute(() -> "done");
				status.setRollbackOnly();
			});
			assertThat(Company.state(context, "submit", "w-1")).isEmpty();
		});
	}

	@Test
	void aConstraintThatFailsTheCommitLeavesNoRecord() {
		on(TestDatabase.POSTGRESQL, Transactions.class).withBean(Contracts.class).run((context) -> {
			Contracts contracts = context.getBean(Contracts.class);
			assertThat(contracts.submitOne("w-1", 1)).isEqualTo("run 1");
			assertThatExceptionOfType(DataIntegrityViolationException.class)
				.isThrownBy(() -> contracts.submitOne("w-2", 1));
			assertThat(Company.state(context, "contract.submit-one", "w-2")).isEmpty();
			context.getBean(JdbcTemplate.class).update("DELETE FROM one");
			assertThat(contracts.submitOne("w-2", 1)).isEqualTo("run 3");
			assertThat(contracts.submitOne("w-2", 1)).isEqualTo("run 3");
		});
	}

	@Test
	void aDataSourceThatKnowsTransactionsIsUnwrapped() {
		on(TestDatabase.H2, Transactions.class, AwareDataSource.class).withBean(Contracts.class).run((context) -> {
			assertThat(context.getBean(Contracts.class).submit("w-1")).isEqualTo("run 1");
			assertThat(context.getBean(Contracts.class).submit("w-1")).isEqualTo("run 1");
			transaction(context).executeWithoutResult((status) -> {
				context.getBean(Contracts.class).submit("w-2");
				status.setRollbackOnly();
			});
			assertThat(Company.state(context, "contract.submit", "w-2")).isEmpty();
			assertThat(rows(context, "effect")).isEqualTo(1);
		});
	}

	// JPA

	@ParameterizedTest
	@EnumSource(value = TestDatabase.class, names = { "H2", "POSTGRESQL" })
	void anEntityAndItsRecordCommitOrVanishTogether(TestDatabase database) {
		jpaOn(database).run((context) -> {
			Accounts accounts = context.getBean(Accounts.class);
			assertThat(accounts.open("a-1")).isEqualTo(new Opened("a-1", 0L));
			assertThat(accounts.open("a-1")).isEqualTo(new Opened("a-1", 0L));
			assertThat(rows(context, "account")).isEqualTo(1);
			transaction(context).executeWithoutResult((status) -> {
				accounts.open("a-2");
				status.setRollbackOnly();
			});
			assertThat(rows(context, "account")).isEqualTo(1);
			assertThat(Company.state(context, "account.open", "a-2")).isEmpty();
			assertThat(accounts.open("a-2")).isEqualTo(new Opened("a-2", 0L));
			assertThat(context.getBean(Runs.class)).hasValue(3);
		});
	}

	@ParameterizedTest
	@EnumSource(value = TestDatabase.class, names = { "H2", "POSTGRESQL" })
	void aFlushThatFailsRollsBothBack(TestDatabase database) {
		jpaOn(database).run((context) -> {
			Accounts accounts = context.getBean(Accounts.class);
			context.getBean(JdbcTemplate.class)
				.update("INSERT INTO account (id, version, touched) VALUES ('a-1', 0, 0)");
			assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> accounts.open("a-1"));
			assertThat(Company.state(context, "account.open", "a-1")).isEmpty();
			context.getBean(JdbcTemplate.class).update("DELETE FROM account");
			assertThat(accounts.open("a-1")).isEqualTo(new Opened("a-1", 0L));
		});
	}

	@ParameterizedTest
	@EnumSource(value = TestDatabase.class, names = { "H2", "POSTGRESQL" })
	void theResultThatIsRecordedIsTheOneThatWasFlushed(TestDatabase database) {
		jpaOn(database).run((context) -> {
			Accounts accounts = context.getBean(Accounts.class);
			accounts.open("a-1");
			assertThat(accounts.touch("t-1", "a-1").version).isEqualTo(1);
			assertThat(accounts.touch("t-1", "a-1").version).isEqualTo(1);
			transaction(context)
				.executeWithoutResult((status) -> assertThat(accounts.touch("t-2", "a-1").version).isEqualTo(2));
			assertThat(accounts.touch("t-2", "a-1").version).isEqualTo(2);
			assertThat(accounts.touch("t-3", "a-1").version).isEqualTo(3);
		});
	}

	// refused at start

	@ParameterizedTest
	@ValueSource(classes = { RequiresNew.class, NotSupported.class, Never.class, ReadOnly.class, Uncommitted.class,
			Later.class, LaterOne.class, LaterMany.class })
	void aMethodThatCannotJoinFailsTheStart(Class<?> bean) {
		Company.application(Transactions.class).withBean(bean).run((context) -> {
			assertThat(context).hasFailed();
			assertThat(NestedExceptionUtils.getMostSpecificCause(context.getStartupFailure()))
				.hasMessageContaining("'transaction = JOIN' is not possible")
				.hasMessageContaining("INDEPENDENT")
				.hasMessageContaining(bean.getSimpleName() + ".submit(");
		});
	}

	@Test
	void aStoreThatCannotJoinFailsTheStart() {
		Company.application(Transactions.class)
			.withBean(Contracts.class)
			.withPropertyValues("idempotent.store=memory")
			.run((context) -> assertFailed(context.getStartupFailure(), "the store (memory", "use INDEPENDENT"));
	}

	@ParameterizedTest
	@EnumSource(value = TestDatabase.class, names = { "HSQLDB", "DERBY" })
	void aDatabaseThatCannotJoinFailsTheStart(TestDatabase database) {
		on(database, Transactions.class).withBean(Contracts.class)
			.run((context) -> assertFailed(context.getStartupFailure(), "the store (jdbc", "use INDEPENDENT"));
	}

	@Test
	void withoutATransactionManagerThatIsKnownTheStartFails() {
		Company.application(TwoManagers.class)
			.withBean(JoiningTemplate.class)
			.run((context) -> assertFailed(context.getStartupFailure(), "PlatformTransactionManager",
					"@IdempotencyTransactionManager"));
	}

	@ParameterizedTest
	@ValueSource(classes = { ManagerOfAnotherDataSource.class, ManagerOfNoDataSource.class })
	void aTransactionManagerOfSomethingElseFailsTheStart(Class<?> managers) {
		Company.application(managers)
			.withBean(JoiningTemplate.class)
			.run((context) -> assertFailed(context.getStartupFailure(),
					"does not manage transactions of the DataSource that holds the idempotency records",
					"@IdempotencyTransactionManager"));
	}

	private static void assertFailed(Throwable failure, String... parts) {
		assertThat(failure).isNotNull();
		assertThat(NestedExceptionUtils.getMostSpecificCause(failure).getMessage())
			.contains("'transaction = JOIN' is not possible")
			.contains(parts);
	}

	@ParameterizedTest
	@ValueSource(classes = { OtherManager.class, DefaultManager.class })
	void aMethodThatAsksForAnotherTransactionManagerFailsTheStart(Class<?> bean) {
		Company.application(Transactions.class, AnnotatedManagers.class)
			.withBean(bean)
			.run((context) -> assertFailed(context.getStartupFailure(), "transaction manager is another one",
					"@IdempotencyTransactionManager"));
	}

	@Test
	void whereThereAreSeveralTheAnnotatedTransactionManagerIsTaken() {
		Company.application(Transactions.class, AnnotatedManagers.class).withBean(OwnManager.class).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(OwnManager.class).submit("w-1")).isEqualTo("run 1");
			new TransactionTemplate(context.getBean("own", PlatformTransactionManager.class))
				.executeWithoutResult((status) -> {
					context.getBean(OwnManager.class).submit("w-2");
					status.setRollbackOnly();
				});
			assertThat(Company.state(context, "submit", "w-2")).isEmpty();
			// the primary one is that of another database
			transaction(context)
				.executeWithoutResult((status) -> assertThatExceptionOfType(IllegalTransactionStateException.class)
					.isThrownBy(() -> context.getBean(OwnManager.class).submit("w-3"))
					.withMessageContaining("'submit'"));
			assertThat(context.getBean(Runs.class)).hasValue(2);
		});
	}

	// what is said about the server

	@ParameterizedTest
	@EnumSource(value = TestDatabase.class, names = { "POSTGRESQL", "MARIADB" })
	void aServerThatLetsTransactionsSitIdleIsWarnedOfOnceIfAnythingJoins(TestDatabase database, CapturedOutput output) {
		on(database, Transactions.class).withBean(Contracts.class).run((context) -> {
			assertThat(context).hasNotFailed();
			context.getBean(Contracts.class).submit("w-1");
		});
		assertThat(output.toString().lines().filter((line) -> line.contains("WARN"))).singleElement()
			.asString()
			.contains("idle")
			.contains("Set a limit for idle transactions");
	}

	@ParameterizedTest
	@EnumSource(value = TestDatabase.class, names = { "POSTGRESQL", "MARIADB" })
	void whereNothingJoinsThereIsNothingToSay(TestDatabase database, CapturedOutput output) {
		on(database, Transactions.class).run((context) -> {
			assertThat(context).hasNotFailed();
			context.getBean(IdempotencyTemplate.class)
				.operation("submit")
				.key("w-1")
				.returning(String.class)
				.<RuntimeException>execute(() -> "done");
		});
		assertThat(output).doesNotContain("WARN");
	}

	@ParameterizedTest
	@EnumSource(value = TestDatabase.class, names = { "POSTGRESQL", "MARIADB", "H2" })
	void whereTheServerEndsThemThereIsNothingToSay(TestDatabase database, CapturedOutput output) {
		String limit = switch (database) {
			case POSTGRESQL -> "SET idle_in_transaction_session_timeout = '30s'";
			case MARIADB -> "SET SESSION idle_transaction_timeout = 30";
			default -> "SELECT 1";
		};
		on(database, Transactions.class).withBean(Contracts.class)
			.withPropertyValues("spring.datasource.hikari.connection-init-sql=" + limit)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				context.getBean(Contracts.class).submit("w-1");
			});
		assertThat(output).doesNotContain("WARN");
	}

	@Configuration(proxyBeanMethods = false)
	@EnableTransactionManagement
	static class Transactions {

	}

	static class Contracts {

		private final JdbcTemplate jdbc;

		private final Runs runs;

		Contracts(JdbcTemplate jdbc, Runs runs) {
			this.jdbc = jdbc;
			this.runs = runs;
		}

		@Idempotent(key = "#id", operation = "contract.submit", transaction = TransactionMode.JOIN)
		@Transactional
		public String submit(String id) {
			this.jdbc.update("INSERT INTO effect VALUES (?)", id);
			return "run " + this.runs.incrementAndGet();
		}

		@Idempotent(key = "#id", operation = "contract.submit-in-vain", transaction = TransactionMode.JOIN)
		public String submitInVain(String id) {
			submit(id);
			throw new IllegalStateException("in vain");
		}

		@Idempotent(key = "#id", operation = "contract.submit-one", transaction = TransactionMode.JOIN)
		public String submitOne(String id, int number) {
			this.jdbc.update("INSERT INTO one VALUES (?)", number);
			return "run " + this.runs.incrementAndGet();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class AwareDataSource {

		@Bean
		@Primary
		DataSource aware(@Value("${spring.datasource.url}") String url) {
			return new TransactionAwareDataSourceProxy(new DriverManagerDataSource(url, "sa", ""));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EntityScan(basePackageClasses = Account.class)
	static class Entities {

	}

	@Entity(name = "account")
	static class Account {

		@Id
		public String id;

		@Version
		public long version;

		public int touched;

	}

	record Opened(String id, long version) {
	}

	static class Accounts {

		private final EntityManager entities;

		private final Runs runs;

		Accounts(EntityManager entities, Runs runs) {
			this.entities = entities;
			this.runs = runs;
		}

		@Idempotent(key = "#id", operation = "account.open", transaction = TransactionMode.JOIN)
		@Transactional
		public Opened open(String id) {
			Account account = new Account();
			account.id = id;
			this.entities.persist(account);
			this.runs.incrementAndGet();
			return new Opened(id, account.version);
		}

		@Idempotent(key = "#id", operation = "account.touch", transaction = TransactionMode.JOIN)
		@Transactional
		public Account touch(String id, String account) {
			Account touched = this.entities.find(Account.class, account);
			touched.touched++;
			return touched;
		}

	}

	static class RequiresNew {

		@Transactional(propagation = Propagation.REQUIRES_NEW)
		@Idempotent(key = "#id", operation = "submit", transaction = TransactionMode.JOIN)
		public String submit(String id) {
			return "never";
		}

	}

	static class NotSupported {

		@Transactional(propagation = Propagation.NOT_SUPPORTED)
		@Idempotent(key = "#id", operation = "submit", transaction = TransactionMode.JOIN)
		public String submit(String id) {
			return "never";
		}

	}

	static class Never {

		@Transactional(propagation = Propagation.NEVER)
		@Idempotent(key = "#id", operation = "submit", transaction = TransactionMode.JOIN)
		public String submit(String id) {
			return "never";
		}

	}

	static class ReadOnly {

		@Transactional(readOnly = true)
		@Idempotent(key = "#id", operation = "submit", transaction = TransactionMode.JOIN)
		public String submit(String id) {
			return "never";
		}

	}

	static class Uncommitted {

		@Transactional(isolation = Isolation.READ_UNCOMMITTED)
		@Idempotent(key = "#id", operation = "submit", transaction = TransactionMode.JOIN)
		public String submit(String id) {
			return "never";
		}

	}

	static class OtherManager {

		@Transactional("other")
		@Idempotent(key = "#id", operation = "submit", transaction = TransactionMode.JOIN)
		public String submit(String id) {
			return "never";
		}

	}

	static class DefaultManager {

		@Transactional(timeout = 30)
		@Idempotent(key = "#id", operation = "submit", transaction = TransactionMode.JOIN)
		public String submit(String id) {
			return "never";
		}

	}

	static class Later {

		@Idempotent(key = "#id", operation = "submit", transaction = TransactionMode.JOIN)
		public CompletableFuture<String> submit(String id) {
			return CompletableFuture.completedFuture("never");
		}

	}

	static class LaterOne {

		@Idempotent(key = "#id", operation = "submit", transaction = TransactionMode.JOIN)
		public Mono<String> submit(String id) {
			return Mono.just("never");
		}

	}

	static class LaterMany {

		@Idempotent(key = "#id", operation = "submit", transaction = TransactionMode.JOIN)
		public Flux<String> submit(String id) {
			return Flux.just("never");
		}

	}

	static class OwnManager {

		private final Runs runs;

		OwnManager(Runs runs) {
			this.runs = runs;
		}

		@Transactional("own")
		@Idempotent(key = "#id", operation = "submit", transaction = TransactionMode.JOIN)
		public String submit(String id) {
			return "run " + this.runs.incrementAndGet();
		}

	}

	/** Its operation is defined when it is created. */
	static class JoiningTemplate {

		JoiningTemplate(IdempotencyTemplate template) {
			template.operation("submit").key("k").transaction(TransactionMode.JOIN).returning(String.class);
		}

	}

	private static DataSource another() {
		return new DriverManagerDataSource(TestDatabase.H2.createEmpty().url(), "sa", "");
	}

	@Configuration(proxyBeanMethods = false)
	static class TwoManagers {

		@Bean
		PlatformTransactionManager one(DataSource dataSource) {
			return new JdbcTransactionManager(dataSource);
		}

		@Bean
		PlatformTransactionManager two(DataSource dataSource) {
			return new JdbcTransactionManager(dataSource);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ManagerOfAnotherDataSource {

		@Bean
		PlatformTransactionManager other() {
			return new JdbcTransactionManager(another());
		}

	}

	/** As that of a JTA provider. */
	@Configuration(proxyBeanMethods = false)
	static class ManagerOfNoDataSource {

		@Bean
		PlatformTransactionManager other() {
			return new AbstractPlatformTransactionManager() {

				@Override
				protected Object doGetTransaction() {
					return this;
				}

				@Override
				protected void doBegin(Object transaction, TransactionDefinition definition) {
				}

				@Override
				protected void doCommit(DefaultTransactionStatus status) {
				}

				@Override
				protected void doRollback(DefaultTransactionStatus status) {
				}

			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class AnnotatedManagers {

		@Bean
		@IdempotencyTransactionManager
		PlatformTransactionManager own(DataSource dataSource) {
			return new JdbcTransactionManager(dataSource);
		}

		@Bean
		@Primary
		PlatformTransactionManager other() {
			return new JdbcTransactionManager(another());
		}

	}

}
