package io.idempotent.company;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import io.idempotent.IdempotencyEvent;
import io.idempotent.IdempotencyListener;
import io.idempotent.IdempotencyOutcome;
import io.idempotent.IdempotencyRecord;
import io.idempotent.IdempotencySettlement;
import io.idempotent.autoconfigure.IdempotencyAutoConfiguration;
import io.idempotent.autoconfigure.IdempotencyStoreAutoConfiguration;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration;

/**
 * An application as Spring Boot configures it, on H2, for methods that carry another
 * annotation besides ours.
 */
final class Company {

	private Company() {
	}

	static ApplicationContextRunner application(Class<?>... configurations) {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class,
					DataSourceTransactionManagerAutoConfiguration.class, TransactionAutoConfiguration.class,
					JdbcTemplateAutoConfiguration.class, AopAutoConfiguration.class,
					TaskExecutionAutoConfiguration.class, ValidationAutoConfiguration.class,
					IdempotencyStoreAutoConfiguration.class, IdempotencyAutoConfiguration.class))
			.withPropertyValues("spring.datasource.generate-unique-name=true")
			.withBean(Runs.class)
			.withBean(Outcomes.class)
			.withUserConfiguration(configurations);
	}

	/**
	 * The state of a record, empty if nothing was ever reserved.
	 */
	static Optional<IdempotencyRecord.State> state(BeanFactory context, String operation, String key) {
		return context.getBean(IdempotencySettlement.class).find("", operation, key).map(IdempotencyRecord::state);
	}

	/**
	 * How often the method behind all annotations really ran.
	 */
	static class Runs extends AtomicInteger {

	}

	/**
	 * How each call that came as far as ours has ended.
	 */
	static class Outcomes implements IdempotencyListener {

		private final List<IdempotencyOutcome> list = new CopyOnWriteArrayList<>();

		@Override
		public void onTerminal(IdempotencyEvent event) {
			this.list.add(event.outcome());
		}

		List<IdempotencyOutcome> list() {
			return this.list;
		}

	}

}
