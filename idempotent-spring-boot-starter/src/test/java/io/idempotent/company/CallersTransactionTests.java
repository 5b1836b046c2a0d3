package io.idempotent.company;

import java.util.function.Consumer;

import io.idempotent.IdempotencyRecord.State;
import io.idempotent.IdempotencyTemplate;
import io.idempotent.Idempotent;
import io.idempotent.OutcomeUnknownException;
import io.idempotent.autoconfigure.IdempotencyTransactionManager;
import io.idempotent.company.Company.Runs;
import javax.sql.DataSource;
import org.aspectj.lang.ProceedingJoinPoint;
import org.aspectj.lang.annotation.Around;
import org.aspectj.lang.annotation.Aspect;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Whose transaction it is that an outcome follows, where a method is called inside of
 * one: never decided by a name.
 */
@ExtendWith(OutputCaptureExtension.class)
class CallersTransactionTests {

	private static ApplicationContextRunner application(Class<?>... configurations) {
		return Company.application(configurations)
			.withBean(Audit.class)
			.withBean(Transfers.class)
			.withPropertyValues("spring.aop.proxy-target-class=true");
	}

	private static TransactionTemplate transaction(BeanFactory context, int propagation) {
		TransactionTemplate template = new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
		template.setPropagationBehavior(propagation);
		return template;
	}

	/** Does it inside of a transaction that rolls back. */
	private static void inVain(BeanFactory context, Consumer<Transfers> task) {
		transaction(context, TransactionDefinition.PROPAGATION_REQUIRED).executeWithoutResult((status) -> {
			task.accept(context.getBean(Transfers.class));
			status.setRollbackOnly();
		});
	}

	private static int runs(BeanFactory context) {
		return context.getBean(Runs.class).get();
	}

	@ParameterizedTest
	@ValueSource(classes = { TransactionsInside.class, TransactionsOutside.class })
	void anOverloadWithATransactionOfItsOwnStaysWhenTheOneThatCallsItRollsBack(Class<?> order) {
		application(order).run((context) -> {
			Transfers transfers = context.getBean(Transfers.class);
			for (int i = 0; i < 2; i++) {
				assertThatIllegalStateException().isThrownBy(() -> transfers.pay("t-1"));
				assertThat(Company.state(context, "transfer.pay", "t-1")).contains(State.COMPLETED);
			}
			assertThat(runs(context)).isEqualTo(1);
		});
	}

	@ParameterizedTest
	@ValueSource(classes = { TransactionsInside.class, TransactionsOutside.class })
	void aMethodThatCallsItselfThroughItsProxyIsReleasedAloneWhenItRollsBack(Class<?> order) {
		application(order).run((context) -> {
			Transfers transfers = context.getBean(Transfers.class);
			for (int i = 0; i < 2; i++) {
				assertThatIllegalStateException().isThrownBy(() -> transfers.settle("outer", "inner"));
				assertThat(Company.state(context, "transfer.settle", "outer")).contains(State.RELEASED);
				assertThat(Company.state(context, "transfer.settle", "inner")).contains(State.COMPLETED);
			}
			assertThat(runs(context)).as("inner once, outer twice").isEqualTo(3);
		});
	}

	@Test
	void aTransactionOfAnotherManagerIsTheOneThatCounts() {
		application(TransactionsInside.class, TwoManagers.class).withBean(Elsewhere.class).run((context) -> {
			for (int i = 0; i < 2; i++) {
				inVain(context, (transfers) -> assertThat(context.getBean(Elsewhere.class).payElsewhere("t-1"))
					.isEqualTo("run 1"));
			}
			assertThat(Company.state(context, "transfer.elsewhere", "t-1")).contains(State.COMPLETED);
			assertThat(runs(context)).isEqualTo(1);
		});
	}

	@Test
	void ifTheTransactionOfTheOtherManagerRollsBackItIsReleasedAlthoughTheCallersCommits() {
		application(TransactionsInside.class, TwoManagers.class).withBean(Elsewhere.class).run((context) -> {
			transaction(context, TransactionDefinition.PROPAGATION_REQUIRED)
				.executeWithoutResult((status) -> assertThatIllegalStateException()
					.isThrownBy(() -> context.getBean(Elsewhere.class).failElsewhere("t-1")));
			assertThat(Company.state(context, "transfer.fail-elsewhere", "t-1")).contains(State.RELEASED);
		});
	}

	@Test
	void aPartThatHasCommittedMakesTheRestUnknownWhenItRollsBack() {
		application(TransactionsInside.class).run((context) -> {
			transaction(context, TransactionDefinition.PROPAGATION_REQUIRED)
				.executeWithoutResult((status) -> context.getBean(Transfers.class).payAndAudit("kept", "REQUIRES_NEW"));
			assertThat(Company.state(context, "transfer.audited", "kept")).contains(State.COMPLETED);
			inVain(context, (transfers) -> transfers.payAndAudit("t-1", "REQUIRES_NEW"));
			assertThatExceptionOfType(OutcomeUnknownException.class)
				.isThrownBy(() -> context.getBean(Transfers.class).payAndAudit("t-1", "REQUIRES_NEW"));
			assertThat(runs(context)).isEqualTo(2);
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "ROLLED_BACK", "READ_ONLY", "NESTED", "REQUIRED" })
	void aPartThatHasLeftNothingDoesNotKeepTheRestFromBeingReleased(String part) {
		application(TransactionsInside.class).run((context) -> {
			inVain(context, (transfers) -> transfers.payAndAudit("t-1", part));
			assertThat(Company.state(context, "transfer.audited", "t-1")).contains(State.RELEASED);
			context.getBean(Transfers.class).payAndAudit("t-1", part);
			assertThat(runs(context)).isEqualTo(2);
		});
	}

	@Test
	void aTemplateInsideOfAMethodOrOfOursIsAPartOfIt() {
		application(TransactionsInside.class).run((context) -> {
			TransactionTemplate requiresNew = transaction(context, TransactionDefinition.PROPAGATION_REQUIRES_NEW);
			IdempotencyTemplate template = context.getBean(IdempotencyTemplate.class);
			for (int i = 0; i < 2; i++) {
				boolean again = i > 0;
				inVain(context, (transfers) -> {
					if (again) {
						assertThatExceptionOfType(OutcomeUnknownException.class)
							.isThrownBy(() -> transfers.payWith(requiresNew, "t-1"));
						assertThatExceptionOfType(OutcomeUnknownException.class)
							.isThrownBy(() -> template.operation("transfer.template")
								.key("t-1")
								.returning(String.class)
								.execute(() -> requiresNew.execute((status) -> transfers.run())));
					}
					else {
						transfers.payWith(requiresNew, "t-1");
						template.operation("transfer.template")
							.key("t-1")
							.returning(String.class)
							.execute(() -> requiresNew.execute((status) -> transfers.run()));
					}
				});
			}
			assertThat(runs(context)).isEqualTo(2);
		});
	}

	@Test
	void whatAGuardedMethodCommitsInsideIsKeptByItsOwnRecord() {
		application(TransactionsInside.class).run((context) -> {
			for (int i = 0; i < 2; i++) {
				inVain(context, (transfers) -> transfers.payByAnother("t-1"));
				assertThat(Company.state(context, "transfer.by-another", "t-1")).contains(State.RELEASED);
				assertThat(Company.state(context, "transfer.pay", "t-1")).contains(State.COMPLETED);
			}
			assertThat(runs(context)).isEqualTo(1);
		});
	}

	@Test
	void anAspectThatCommitsSomethingBeforeTheMethodDoesNotTakeItOutOfItsTransaction() {
		application(TransactionsInside.class, Auditing.class).run((context) -> {
			transaction(context, TransactionDefinition.PROPAGATION_REQUIRED).executeWithoutResult((status) -> {
				context.getBean(Transfers.class).payAudited("t-1");
				assertThat(Company.state(context, "transfer.by-aspect", "t-1")).contains(State.IN_PROGRESS);
			});
			assertThat(Company.state(context, "transfer.by-aspect", "t-1")).contains(State.COMPLETED);
		});
	}

	@ParameterizedTest
	@ValueSource(classes = { TransactionsInside.class, TransactionsOutside.class })
	void aPartDoesNotEndAMethodWhoseOwnTransactionIsStillToCommit(Class<?> order) {
		application(order).run((context) -> {
			inVain(context, (transfers) -> assertThatIllegalStateException()
				.isThrownBy(() -> transfers.payNewAndAudit("t-1", true)));
			assertThat(Company.state(context, "transfer.new-audited", "t-1")).contains(State.RELEASED);
			inVain(context, (transfers) -> transfers.payNewAndAudit("t-1", false));
			assertThat(Company.state(context, "transfer.new-audited", "t-1")).contains(State.COMPLETED);
		});
	}

	@Test
	void aNestedTransactionOfTheMethodFollowsTheCallers() {
		application(TransactionsInside.class).run((context) -> {
			inVain(context, (transfers) -> transfers.payNested("t-1"));
			assertThat(Company.state(context, "transfer.nested", "t-1")).contains(State.RELEASED);
			transaction(context, TransactionDefinition.PROPAGATION_REQUIRED)
				.executeWithoutResult((status) -> context.getBean(Transfers.class).payNested("t-1"));
			assertThat(Company.state(context, "transfer.nested", "t-1")).contains(State.COMPLETED);
		});
	}

	@Test
	void theFirstCallInsideOfATransactionSaysOnceWhatARollbackMeans(CapturedOutput output) {
		application(TransactionsInside.class).run((context) -> {
			Transfers transfers = context.getBean(Transfers.class);
			transfers.payNested("outside");
			inVain(context, (bean) -> bean.pay("its own", 1));
			assertThat(output).doesNotContain("is INDEPENDENT and was called");
			inVain(context, (bean) -> bean.payNested("t-1"));
			inVain(context, (bean) -> bean.payNested("t-2"));
		});
		assertThat(output)
			.containsOnlyOnce("Operation 'transfer.nested' is INDEPENDENT and was called inside of a transaction")
			.contains("transaction = DETACHED")
			.contains("Use JOIN");
	}

	static class Audit {

		private final JdbcTemplate jdbc;

		Audit(JdbcTemplate jdbc) {
			this.jdbc = jdbc;
			jdbc.execute("CREATE TABLE IF NOT EXISTS audit (id VARCHAR(40))");
		}

		@Transactional(propagation = Propagation.REQUIRES_NEW)
		public void log(String id) {
			this.jdbc.update("INSERT INTO audit VALUES (?)", id);
		}

		@Transactional(propagation = Propagation.REQUIRES_NEW)
		public void fail(String id) {
			this.jdbc.update("INSERT INTO audit VALUES (?)", id);
			throw new IllegalStateException("rolled back");
		}

		@Transactional(propagation = Propagation.REQUIRES_NEW, readOnly = true)
		public void read() {
			this.jdbc.queryForList("SELECT id FROM audit");
		}

		@Transactional(propagation = Propagation.NESTED)
		public void logNested(String id) {
			this.jdbc.update("INSERT INTO audit VALUES (?)", id);
		}

		@Transactional
		public void logAlong(String id) {
			this.jdbc.update("INSERT INTO audit VALUES (?)", id);
		}

	}

	static class Transfers {

		private final Runs runs;

		private final Audit audit;

		private final ObjectProvider<Transfers> self;

		Transfers(Runs runs, Audit audit, ObjectProvider<Transfers> self) {
			this.runs = runs;
			this.audit = audit;
			this.self = self;
		}

		public String run() {
			return "run " + this.runs.incrementAndGet();
		}

		@Transactional
		public String pay(String id) {
			this.self.getObject().pay(id, 100);
			throw new IllegalStateException("rolls back");
		}

		@Idempotent(key = "#id", operation = "transfer.pay")
		@Transactional(propagation = Propagation.REQUIRES_NEW)
		public String pay(String id, int amount) {
			return run();
		}

		@Idempotent(key = "#id", payload = Idempotent.UNCHECKED, operation = "transfer.settle")
		@Transactional(propagation = Propagation.REQUIRES_NEW)
		public String settle(String id, String next) {
			String result = run();
			if (next != null) {
				this.self.getObject().settle(next, null);
				throw new IllegalStateException("rolls back");
			}
			return result;
		}

		@Idempotent(key = "#id", payload = Idempotent.UNCHECKED, operation = "transfer.audited")
		@Transactional
		public String payAndAudit(String id, String part) {
			switch (part) {
				case "REQUIRES_NEW" -> this.audit.log(id);
				case "READ_ONLY" -> this.audit.read();
				case "NESTED" -> this.audit.logNested(id);
				case "REQUIRED" -> this.audit.logAlong(id);
				default -> assertThatIllegalStateException().isThrownBy(() -> this.audit.fail(id));
			}
			return run();
		}

		@Idempotent(key = "#id", payload = Idempotent.UNCHECKED, operation = "transfer.by-template")
		public String payWith(TransactionTemplate template, String id) {
			return template.execute((status) -> run());
		}

		@Idempotent(key = "#id", operation = "transfer.by-another")
		public String payByAnother(String id) {
			return this.self.getObject().pay(id, 100);
		}

		@Idempotent(key = "#id", operation = "transfer.by-aspect")
		@Transactional
		public String payAudited(String id) {
			return run();
		}

		@Idempotent(key = "#id", payload = Idempotent.UNCHECKED, operation = "transfer.new-audited")
		@Transactional(propagation = Propagation.REQUIRES_NEW)
		public String payNewAndAudit(String id, boolean inVain) {
			this.audit.log(id);
			if (inVain) {
				throw new IllegalStateException("rolls back");
			}
			return run();
		}

		@Idempotent(key = "#id", operation = "transfer.nested")
		@Transactional(propagation = Propagation.NESTED)
		public String payNested(String id) {
			return run();
		}

	}

	static class Elsewhere {

		private final Runs runs;

		Elsewhere(Runs runs) {
			this.runs = runs;
		}

		@Idempotent(key = "#id", operation = "transfer.elsewhere")
		@Transactional("txB")
		public String payElsewhere(String id) {
			return "run " + this.runs.incrementAndGet();
		}

		@Idempotent(key = "#id", operation = "transfer.fail-elsewhere")
		@Transactional("txB")
		public String failElsewhere(String id) {
			throw new IllegalStateException("run " + this.runs.incrementAndGet());
		}

	}

	@Aspect
	static class AuditBefore {

		private final ObjectProvider<Audit> audit;

		AuditBefore(ObjectProvider<Audit> audit) {
			this.audit = audit;
		}

		@Around("execution(* *..Transfers.payAudited(..))")
		Object auditBefore(ProceedingJoinPoint call) throws Throwable {
			this.audit.getObject().log("before");
			return call.proceed();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Auditing {

		@Bean
		static AuditBefore auditBefore(ObjectProvider<Audit> audit) {
			return new AuditBefore(audit);
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
