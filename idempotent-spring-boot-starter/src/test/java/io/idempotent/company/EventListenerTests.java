package io.idempotent.company;

import java.util.Optional;

import io.idempotent.IdempotencyRecord.State;
import io.idempotent.Idempotent;
import io.idempotent.company.Company.Runs;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.event.TransactionPhase;
import org.springframework.transaction.event.TransactionalEventListener;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Listeners are called through their proxy: an event that comes twice is handled once.
 */
class EventListenerTests {

	private final ApplicationContextRunner application = Company.application().withBean(Listeners.class);

	private static TransactionTemplate transaction(BeanFactory context) {
		return new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
	}

	@Test
	void anEventThatIsPublishedTwiceIsHandledOnceAndAFailureReachesThePublisher() {
		this.application.run((context) -> {
			context.publishEvent(new Paid("p-1"));
			context.publishEvent(new Paid("p-1"));
			assertThat(context.getBean(Runs.class)).hasValue(1);
			assertThatIllegalStateException().isThrownBy(() -> context.publishEvent(new Failed("p-1")));
			assertThat(Company.state(context, "on.failed", "p-1")).contains(State.RELEASED);
		});
	}

	@Test
	void afterTheCommitAnEventIsHandledOnceAndRecordedAlthoughTheTransactionIsStillEnding() {
		this.application.run((context) -> {
			for (int i = 0; i < 2; i++) {
				transaction(context).executeWithoutResult((status) -> {
					context.publishEvent(new Shipped("s-1"));
					assertThat(Company.state(context, "on.shipped", "s-1"))
						.isNotEqualTo(Optional.of(State.IN_PROGRESS));
				});
				assertThat(Company.state(context, "on.shipped", "s-1")).contains(State.COMPLETED);
			}
			assertThat(context.getBean(Runs.class)).hasValue(1);
			assertThat(context.getBean(JdbcTemplate.class).queryForList("SELECT id FROM shipment", String.class))
				.containsExactly("s-1");
		});
	}

	@Test
	void afterTheCommitAFailureReleasesAndTheEventMayComeAgain() {
		this.application.run((context) -> {
			for (int i = 0; i < 2; i++) {
				transaction(context).executeWithoutResult((status) -> context.publishEvent(new Lost("l-1")));
				assertThat(Company.state(context, "on.lost", "l-1")).contains(State.RELEASED);
			}
			assertThat(context.getBean(Runs.class)).hasValue(2);
		});
	}

	@Test
	void afterARollbackNothingIsReserved() {
		this.application.run((context) -> {
			transaction(context).executeWithoutResult((status) -> {
				context.publishEvent(new Shipped("s-1"));
				status.setRollbackOnly();
			});
			assertThat(Company.state(context, "on.shipped", "s-1")).isEmpty();
		});
	}

	@Test
	void withFallbackExecutionAnEventOutsideOfTransactionsIsHandledOnceToo() {
		this.application.run((context) -> {
			context.publishEvent(new Shipped("s-1"));
			context.publishEvent(new Shipped("s-1"));
			assertThat(context.getBean(Runs.class)).hasValue(1);
			assertThat(Company.state(context, "on.shipped", "s-1")).contains(State.COMPLETED);
		});
	}

	@Test
	void beforeTheCommitTheRecordSharesTheFateOfTheTransaction() {
		this.application.run((context) -> {
			transaction(context).executeWithoutResult((status) -> context.publishEvent(new Booked("b-1", false)));
			assertThat(Company.state(context, "on.booked", "b-1")).contains(State.COMPLETED);
			assertThatIllegalStateException().isThrownBy(() -> transaction(context)
				.executeWithoutResult((status) -> context.publishEvent(new Booked("b-2", true))));
			assertThat(Company.state(context, "on.booked", "b-2")).contains(State.RELEASED);
		});
	}

	record Paid(String id) {

	}

	record Failed(String id) {

	}

	record Shipped(String id) {

	}

	record Lost(String id) {

	}

	record Booked(String id, boolean failing) {

	}

	static class Listeners {

		private final Runs runs;

		private final JdbcTemplate jdbc;

		Listeners(Runs runs, JdbcTemplate jdbc) {
			this.runs = runs;
			this.jdbc = jdbc;
			jdbc.execute("CREATE TABLE shipment (id VARCHAR(40))");
		}

		@EventListener
		@Idempotent(key = "#event.id", operation = "on.paid")
		public void on(Paid event) {
			this.runs.incrementAndGet();
		}

		@EventListener
		@Idempotent(key = "#event.id", operation = "on.failed")
		public void on(Failed event) {
			throw new IllegalStateException("no listener");
		}

		@TransactionalEventListener(fallbackExecution = true)
		@Idempotent(key = "#event.id", operation = "on.shipped")
		@Transactional(propagation = Propagation.REQUIRES_NEW)
		public void on(Shipped event) {
			this.runs.incrementAndGet();
			this.jdbc.update("INSERT INTO shipment VALUES (?)", event.id());
		}

		@TransactionalEventListener
		@Idempotent(key = "#event.id", operation = "on.lost")
		public void on(Lost event) {
			this.runs.incrementAndGet();
			throw new IllegalStateException("no listener");
		}

		@TransactionalEventListener(phase = TransactionPhase.BEFORE_COMMIT)
		@Idempotent(key = "#event.id", operation = "on.booked")
		public void on(Booked event) {
			if (event.failing()) {
				throw new IllegalStateException("no listener");
			}
		}

	}

}
