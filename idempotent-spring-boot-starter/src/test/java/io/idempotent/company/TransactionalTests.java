package io.idempotent.company;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.idempotent.IdempotencyRecord.State;
import io.idempotent.IdempotencyStoreException;
import io.idempotent.Idempotent;
import io.idempotent.company.Company.Runs;
import io.idempotent.database.LossyProxy;
import io.idempotent.database.TestDatabase;
import io.idempotent.database.TestDatabase.Address;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.Id;
import jakarta.persistence.Version;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.persistence.autoconfigure.EntityScan;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.RollbackOn;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatIOException;

/**
 * {@code @Transactional} stands inside of ours: a record says finished after the rows are
 * there, and open when they are not.
 */
@ExtendWith(OutputCaptureExtension.class)
class TransactionalTests {

	private static ApplicationContextRunner application(Class<?> configuration) {
		return Company.application(configuration).withBean(Contracts.class);
	}

	private static TransactionTemplate transaction(BeanFactory context) {
		return new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
	}

	private static int rows(BeanFactory context) {
		return context.getBean(JdbcTemplate.class).queryForObject("SELECT count(*) FROM contract", Integer.class);
	}

	@ParameterizedTest
	@ValueSource(classes = { TransactionsInside.class, TransactionsOutside.class })
	void theRowsAreCommittedOnceAndBeforeTheRecordSaysFinished(Class<?> order) {
		application(order).run((context) -> {
			Contracts contracts = context.getBean(Contracts.class);
			assertThat(contracts.submit("w-1")).isEqualTo("run 1");
			assertThat(contracts.seen()).containsExactly(State.IN_PROGRESS);
			assertThat(Company.state(context, "contract.submit", "w-1")).contains(State.COMPLETED);
			assertThat(contracts.submit("w-1")).isEqualTo("run 1");
			assertThat(rows(context)).isEqualTo(1);
		});
	}

	@ParameterizedTest
	@ValueSource(classes = { TransactionsInside.class, TransactionsOutside.class })
	void aFailureRollsBackAndTheRetryRuns(Class<?> order) {
		application(order).run((context) -> {
			Contracts contracts = context.getBean(Contracts.class);
			assertThatIllegalStateException().isThrownBy(() -> contracts.submitInVain("w-1"));
			assertThat(rows(context)).isZero();
			assertThat(Company.state(context, "contract.submit-in-vain", "w-1")).contains(State.RELEASED);
			assertThatIllegalStateException().isThrownBy(() -> contracts.submitInVain("w-1"));
			assertThat(context.getBean(Runs.class)).hasValue(2);
		});
	}

	@ParameterizedTest
	@ValueSource(classes = { TransactionsInside.class, TransactionsOutside.class })
	void theRecordFollowsTheTransactionOfTheOuterService(Class<?> order) {
		application(order).run((context) -> {
			Contracts contracts = context.getBean(Contracts.class);
			transaction(context).executeWithoutResult((status) -> {
				contracts.submit("w-1");
				assertThat(Company.state(context, "contract.submit", "w-1")).contains(State.IN_PROGRESS);
				status.setRollbackOnly();
			});
			assertThat(Company.state(context, "contract.submit", "w-1")).contains(State.RELEASED);
			assertThat(rows(context)).isZero();
			transaction(context).executeWithoutResult((status) -> contracts.submit("w-1"));
			assertThat(Company.state(context, "contract.submit", "w-1")).contains(State.COMPLETED);
			assertThat(rows(context)).isEqualTo(1);
		});
	}

	@Test
	void aRollbackToASavepointReleasesWhatItUndid() {
		application(TransactionsInside.class).run((context) -> {
			Contracts contracts = context.getBean(Contracts.class);
			TransactionTemplate nested = transaction(context);
			nested.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
			transaction(context).executeWithoutResult((status) -> {
				nested.executeWithoutResult((inner) -> {
					contracts.submit("undone");
					inner.setRollbackOnly();
				});
				contracts.submit("kept");
				nested.executeWithoutResult((inner) -> inner.setRollbackOnly());
			});
			assertThat(Company.state(context, "contract.submit", "undone")).contains(State.RELEASED);
			assertThat(Company.state(context, "contract.submit", "kept")).contains(State.COMPLETED);
			assertThat(rows(context)).isEqualTo(1);
		});
	}

	@ParameterizedTest
	@ValueSource(classes = { TransactionsInside.class, TransactionsOutside.class })
	void aNewTransactionIsFollowedWhereverItBegins(Class<?> order) {
		application(order).run((context) -> {
			Contracts contracts = context.getBean(Contracts.class);
			assertThatIllegalStateException().isThrownBy(() -> contracts.logNewInVain("w-1"));
			assertThat(Company.state(context, "contract.log-in-vain", "w-1")).contains(State.RELEASED);
			transaction(context).executeWithoutResult((status) -> {
				assertThatIllegalStateException().isThrownBy(() -> contracts.logNewInVain("w-1"));
				assertThat(Company.state(context, "contract.log-in-vain", "w-1")).contains(State.RELEASED);
			});
			assertThat(rows(context)).isZero();
			contracts.logNew("w-2");
			assertThat(contracts.seen()).containsExactly(State.IN_PROGRESS);
			assertThat(Company.state(context, "contract.REQUIRES_NEW", "w-2")).contains(State.COMPLETED);
		});
	}

	@ParameterizedTest
	@EnumSource(names = { "REQUIRES_NEW", "NOT_SUPPORTED" })
	void aMethodOutsideOfItsCallersTransactionIsNotRunAgainWhenThatRollsBack(Propagation propagation) {
		application(TransactionsInside.class).run((context) -> {
			Contracts contracts = context.getBean(Contracts.class);
			for (int i = 0; i < 2; i++) {
				transaction(context).executeWithoutResult((status) -> {
					if (propagation == Propagation.REQUIRES_NEW) {
						contracts.logNew("w-1");
					}
					else {
						contracts.logOutside("w-1");
					}
					status.setRollbackOnly();
				});
			}
			assertThat(rows(context)).isEqualTo(1);
			assertThat(Company.state(context, "contract." + propagation, "w-1")).contains(State.COMPLETED);
		});
	}

	@Test
	void aCallAfterTheCommitIsRecordedWhenTheTransactionHasEnded() {
		application(TransactionsInside.class).run((context) -> {
			Contracts contracts = context.getBean(Contracts.class);
			transaction(context).executeWithoutResult((status) -> TransactionSynchronizationManager
				.registerSynchronization(new TransactionSynchronization() {

					@Override
					public void afterCommit() {
						contracts.confirm("w-1");
					}

				}));
			assertThat(Company.state(context, "contract.confirm", "w-1")).contains(State.COMPLETED);
			contracts.confirm("w-1");
			assertThat(context.getBean(Runs.class)).hasValue(1);
		});
	}

	@Test
	void aCallInsideOfATransactionNeedsASecondConnectionAndSaysSo() {
		application(TransactionsInside.class)
			.withPropertyValues("spring.datasource.hikari.maximum-pool-size=1",
					"spring.datasource.hikari.connection-timeout=250")
			.run((context) -> {
				Contracts contracts = context.getBean(Contracts.class);
				assertThatIllegalStateException().as("its own transaction begins after the claim")
					.isThrownBy(() -> contracts.submitInVain("w-1"));
				assertThatExceptionOfType(IdempotencyStoreException.class).isThrownBy(
						() -> transaction(context).executeWithoutResult((status) -> contracts.submitInVain("w-2")));
				assertThat(context.getBean(Runs.class)).hasValue(1);
			});
	}

	@Test
	void aConstraintThatIsViolatedAtTheCommitReleases() {
		application(Jpa.class).withConfiguration(AutoConfigurations.of(HibernateJpaAutoConfiguration.class))
			.withBean(Documents.class)
			.run((context) -> {
				Documents documents = context.getBean(Documents.class);
				assertThat(documents.file("key 1", 1)).isEqualTo("run 1");
				assertThatExceptionOfType(DataIntegrityViolationException.class)
					.isThrownBy(() -> documents.file("key 2", 1));
				assertThat(Company.state(context, "document.file", "key 2")).contains(State.RELEASED);
				assertThat(documents.file("key 2", 2)).isEqualTo("run 3");
			});
	}

	@Test
	void anEntityIsRecordedAsItIsInTheDatabaseAfterTheCallersTransaction() {
		application(Jpa.class).withConfiguration(AutoConfigurations.of(HibernateJpaAutoConfiguration.class))
			.withBean(Documents.class)
			.run((context) -> {
				Documents documents = context.getBean(Documents.class);
				transaction(context).executeWithoutResult((status) -> documents.file("key 1", 1));
				transaction(context).executeWithoutResult((status) -> documents.rename("key 1", 1, "a name"));
				Document recorded = documents.rename("key 1", 1, "a name");
				assertThat(recorded.version).isEqualTo(1)
					.isEqualTo(context.getBean(JdbcTemplate.class)
						.queryForObject("SELECT version FROM document", Integer.class));
				assertThat(recorded.name).isEqualTo("a name");
			});
	}

	@Test
	void whatCannotBeFlushedFailsLikeTheMethodAndIsReleased() {
		application(Jpa.class).withConfiguration(AutoConfigurations.of(HibernateJpaAutoConfiguration.class))
			.withBean(Documents.class)
			.run((context) -> {
				Documents documents = context.getBean(Documents.class);
				documents.file("key 1", 1);
				assertThatExceptionOfType(DataIntegrityViolationException.class).isThrownBy(
						() -> transaction(context).executeWithoutResult((status) -> documents.create("key 2", 1)));
				assertThat(Company.state(context, "document.create", "key 2")).contains(State.RELEASED);
			});
	}

	@Test
	void aCommitOfAnEntityManagerWhoseReplyIsLostIsUnknown() throws IOException {
		Address address = TestDatabase.POSTGRESQL.create();
		try (LossyProxy proxy = new LossyProxy(address.port(), 1)) {
			application(Jpa.class).withConfiguration(AutoConfigurations.of(HibernateJpaAutoConfiguration.class))
				.withPropertyValues("spring.datasource.url=" + address.at(proxy.port()).url(),
						"spring.datasource.username=" + address.user(), "spring.datasource.generate-unique-name=false",
						"spring.jpa.hibernate.ddl-auto=update")
				.withBean(Documents.class)
				.run((context) -> {
					Documents documents = context.getBean(Documents.class);
					proxy.loseRepliesTo("COMMIT");
					assertThatException().isThrownBy(() -> documents.file("inside", 1));
					assertThatException().isThrownBy(
							() -> transaction(context).executeWithoutResult((status) -> documents.create("around", 2)));
					proxy.loseRepliesTo(null);
					assertThat(context.getBean(JdbcTemplate.class)
						.queryForObject("SELECT count(*) FROM document", Integer.class)).as("both committed")
						.isEqualTo(2);
					assertThat(Company.state(context, "document.file", "inside")).contains(State.ABANDONED);
					assertThat(Company.state(context, "document.create", "around")).contains(State.ABANDONED);
				});
		}
	}

	@Test
	void aCheckedExceptionThatCommitsIsWarnedOfAtStart(CapturedOutput output) {
		application(TransactionsInside.class).withBean(Mails.class).run((context) -> {
			Mails mails = context.getBean(Mails.class);
			assertThatIOException().isThrownBy(() -> mails.send("m-1"));
			assertThatIOException().isThrownBy(() -> mails.send("m-1"));
			assertThat(rows(context)).as("what the warning is about").isEqualTo(2);
		});
		assertThat(output).contains("WARN").contains("its transaction commits on [java.io.IOException]");
	}

	@Test
	void whereEveryExceptionRollsBackNothingIsWarnedOf(CapturedOutput output) {
		application(RollbackOnAll.class).withBean(Mails.class).run((context) -> {
			Mails mails = context.getBean(Mails.class);
			assertThatIOException().isThrownBy(() -> mails.send("m-1"));
			assertThat(rows(context)).isZero();
		});
		assertThat(output).doesNotContain("its transaction commits on");
	}

	static class Contracts {

		private final List<State> seen = new CopyOnWriteArrayList<>();

		private final Runs runs;

		private final JdbcTemplate jdbc;

		private final BeanFactory context;

		Contracts(Runs runs, JdbcTemplate jdbc, BeanFactory context) {
			this.runs = runs;
			this.jdbc = jdbc;
			this.context = context;
			jdbc.execute("CREATE TABLE IF NOT EXISTS contract (id VARCHAR(40))");
		}

		@Idempotent(key = "#workflowId", operation = "contract.submit")
		@Transactional
		public String submit(String workflowId) {
			lookAfterCommit("contract.submit", workflowId);
			return insert(workflowId);
		}

		@Idempotent(key = "#workflowId", operation = "contract.submit-in-vain")
		@Transactional
		public String submitInVain(String workflowId) {
			throw new IllegalStateException(insert(workflowId));
		}

		@Idempotent(key = "#workflowId", operation = "contract.confirm")
		public void confirm(String workflowId) {
			this.runs.incrementAndGet();
		}

		@Idempotent(key = "#workflowId", operation = "contract.REQUIRES_NEW")
		@Transactional(propagation = Propagation.REQUIRES_NEW)
		public String logNew(String workflowId) {
			lookAfterCommit("contract.REQUIRES_NEW", workflowId);
			return insert(workflowId);
		}

		@Idempotent(key = "#workflowId", operation = "contract.log-in-vain")
		@Transactional(propagation = Propagation.REQUIRES_NEW)
		public String logNewInVain(String workflowId) {
			insert(workflowId);
			throw new IllegalStateException("in vain");
		}

		@Idempotent(key = "#workflowId", operation = "contract.NOT_SUPPORTED")
		@Transactional(propagation = Propagation.NOT_SUPPORTED)
		public String logOutside(String workflowId) {
			return insert(workflowId);
		}

		private void lookAfterCommit(String operation, String workflowId) {
			TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

				@Override
				public void afterCommit() {
					Company.state(Contracts.this.context, operation, workflowId).ifPresent(Contracts.this.seen::add);
				}

			});
		}

		public List<State> seen() {
			return this.seen;
		}

		private String insert(String workflowId) {
			this.jdbc.update("INSERT INTO contract VALUES (?)", workflowId);
			return "run " + this.runs.incrementAndGet();
		}

	}

	static class Mails {

		private final JdbcTemplate jdbc;

		Mails(JdbcTemplate jdbc, Contracts tableOf) {
			this.jdbc = jdbc;
		}

		@Idempotent(key = "#id", operation = "mail.send")
		@Transactional
		public void send(String id) throws IOException {
			this.jdbc.update("INSERT INTO contract VALUES (?)", id);
			throw new IOException("the mail server is away");
		}

	}

	@Entity(name = "document")
	static class Document {

		@Id
		int number;

		@Nullable String name;

		@Version
		int version;

		Document() {
		}

		Document(int number) {
			this.number = number;
		}

	}

	static class Documents {

		private final Runs runs;

		private final EntityManager entities;

		Documents(Runs runs, EntityManager entities) {
			this.runs = runs;
			this.entities = entities;
		}

		@Idempotent(key = "#key", operation = "document.file")
		@Transactional
		public String file(String key, int number) {
			this.entities.persist(new Document(number));
			return "run " + this.runs.incrementAndGet();
		}

		@Idempotent(key = "#key", operation = "document.create")
		public Document create(String key, int number) {
			Document document = new Document(number);
			this.entities.persist(document);
			return document;
		}

		@Idempotent(key = "#key", operation = "document.rename")
		@Transactional
		public Document rename(String key, int number, String name) {
			Document document = this.entities.find(Document.class, number);
			document.name = name;
			return document;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class TransactionsInside {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableTransactionManagement(order = 0)
	static class TransactionsOutside {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableTransactionManagement(rollbackOn = RollbackOn.ALL_EXCEPTIONS)
	static class RollbackOnAll {

	}

	@Configuration(proxyBeanMethods = false)
	@EntityScan(basePackageClasses = TransactionalTests.class)
	static class Jpa {

	}

}
