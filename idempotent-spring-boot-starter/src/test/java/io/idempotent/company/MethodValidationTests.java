package io.idempotent.company;

import io.idempotent.IdempotencyRecord.State;
import io.idempotent.Idempotent;
import io.idempotent.company.Company.Runs;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.constraints.Positive;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.validation.annotation.Validated;
import org.springframework.validation.beanvalidation.MethodValidationPostProcessor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The validation of {@code @Validated} stands inside of ours, next to the method.
 */
class MethodValidationTests {

	private final ApplicationContextRunner application = Company.application().withBean(Orders.class);

	@Test
	void anInvalidCallDoesNotRunAndLeavesItsKeyToTheCorrectedOne() {
		this.application.run((context) -> {
			Orders orders = context.getBean(Orders.class);
			assertThatExceptionOfType(ConstraintViolationException.class).isThrownBy(() -> orders.place("o-1", -1));
			assertThat(context.getBean(Runs.class)).hasValue(0);
			assertThat(Company.state(context, "order.place", "o-1")).contains(State.RELEASED);
			assertThat(orders.place("o-1", 1)).isEqualTo("1 in run 1");
		});
	}

	@Test
	void anInvalidResultRollsBackAndTheRetryRuns() {
		this.application.run((context) -> {
			Orders orders = context.getBean(Orders.class);
			assertThatExceptionOfType(ConstraintViolationException.class).isThrownBy(() -> orders.count("o-1", -1));
			assertThat(Company.state(context, "order.count", "o-1")).contains(State.RELEASED);
			assertThat(orders.count("o-1", 1)).as("rows").isEqualTo(1);
		});
	}

	@Test
	void whereValidationIsPutOutsideAnInvalidCallReservesNothing() {
		this.application.withUserConfiguration(ValidationOutside.class).run((context) -> {
			Orders orders = context.getBean(Orders.class);
			assertThatExceptionOfType(ConstraintViolationException.class).isThrownBy(() -> orders.place("o-1", -1));
			assertThat(Company.state(context, "order.place", "o-1")).isEmpty();
			assertThat(orders.place("o-1", 1)).isEqualTo("1 in run 1");
		});
	}

	@Validated
	static class Orders {

		private final Runs runs;

		private final JdbcTemplate jdbc;

		Orders(Runs runs, JdbcTemplate jdbc) {
			this.runs = runs;
			this.jdbc = jdbc;
			jdbc.execute("CREATE TABLE purchase (id VARCHAR(40))");
		}

		@Idempotent(key = "#id", operation = "order.place")
		public String place(String id, @Positive int amount) {
			return "%d in run %d".formatted(amount, this.runs.incrementAndGet());
		}

		@Idempotent(key = "#id", operation = "order.count")
		@Transactional
		public @Positive int count(String id, int sign) {
			this.jdbc.update("INSERT INTO purchase VALUES (?)", id);
			return sign * this.jdbc.queryForObject("SELECT count(*) FROM purchase", Integer.class);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ValidationOutside {

		@Bean
		static MethodValidationPostProcessor methodValidationPostProcessor() {
			MethodValidationPostProcessor processor = new MethodValidationPostProcessor();
			processor.setBeforeExistingAdvisors(true);
			return processor;
		}

	}

}
