package io.idempotent.company;

import java.time.LocalDate;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

import io.idempotent.Idempotent;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.scheduling.config.ScheduledTaskHolder;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A scheduled method fires on every node: the time slot as its key makes one of them.
 */
class ScheduledTests {

	private static final AtomicInteger runs = new AtomicInteger();

	private static LocalDate today = LocalDate.of(2026, 1, 1);

	@Test
	void oneOfTwoNodesRunsEachSlot() {
		ApplicationContextRunner node = Company.application(Scheduling.class)
			.withPropertyValues("spring.datasource.generate-unique-name=false",
					"spring.datasource.name=" + UUID.randomUUID())
			.withBean("slots", Slots.class)
			.withBean(Reports.class);
		runs.set(0);
		node.run((one) -> node.run((two) -> {
			fire(one);
			fire(two);
			assertThat(runs).hasValue(1);
			today = today.plusDays(1);
			fire(two);
			fire(one);
			assertThat(runs).hasValue(2);
		}));
	}

	/**
	 * What the scheduler would do when the time has come.
	 */
	private static void fire(BeanFactory node) {
		node.getBean(ScheduledTaskHolder.class)
			.getScheduledTasks()
			.forEach((task) -> task.getTask().getRunnable().run());
	}

	static class Slots {

		public LocalDate today() {
			return today;
		}

	}

	static class Reports {

		@Scheduled(cron = "0 0 3 29 2 *")
		@Idempotent(key = "@slots.today()", operation = "report.daily", ttl = "48h")
		public void daily() {
			runs.incrementAndGet();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableScheduling
	static class Scheduling {

	}

}
