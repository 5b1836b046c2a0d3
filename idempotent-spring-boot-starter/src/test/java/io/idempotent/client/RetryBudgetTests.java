package io.idempotent.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * The pauses of one call, on a clock that the test moves.
 */
class RetryBudgetTests {

	private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);

	private RetryBudget budget(ClientSettings.Builder settings) {
		return new RetryBudget(settings.build(), this.now::get);
	}

	private static ClientSettings.Builder exact() {
		return ClientSettings.builder().jitter(Duration.ZERO);
	}

	@Test
	void pausesGrowUpToTheLongest() {
		RetryBudget budget = budget(
				exact().delay(Duration.ofMillis(100)).multiplier(3).maxDelay(Duration.ofMillis(500)));
		List<Duration> pauses = new ArrayList<>();
		for (int i = 0; i < 4; i++) {
			pauses.add(budget.nextPause(Duration.ZERO));
		}
		assertThat(pauses).extracting(Duration::toMillis).containsExactly(100L, 300L, 500L, 500L);
	}

	@Test
	void aPauseIsAtLeastWhatTheServiceAsksFor() {
		RetryBudget budget = budget(exact().delay(Duration.ofMillis(100)));
		assertThat(budget.nextPause(Duration.ofSeconds(7))).isEqualTo(Duration.ofSeconds(7));
		assertThat(budget.nextPause(Duration.ofMillis(1))).isEqualTo(Duration.ofMillis(200));
	}

	@Test
	void noPauseBeginsThatWouldGoPastTheDeadline() {
		RetryBudget budget = budget(
				exact().delay(Duration.ofMillis(100)).multiplier(1).deadline(Duration.ofSeconds(10)));
		assertThat(budget.nextPause(Duration.ofMillis(9999))).isNotNull();
		assertThat(budget.nextPause(Duration.ofSeconds(10))).isNull();
		this.now.addAndGet(Duration.ofMillis(9850).toNanos());
		assertThat(budget.nextPause(Duration.ZERO)).isNotNull();
		this.now.addAndGet(Duration.ofMillis(50).toNanos());
		assertThat(budget.nextPause(Duration.ZERO)).isNull();
		assertThat(budget.remaining()).isEqualTo(Duration.ofMillis(100));
	}

	@Test
	void pausesDifferByTheJitter() {
		List<Duration> pauses = new ArrayList<>();
		for (int i = 0; i < 200; i++) {
			pauses.add(budget(ClientSettings.builder()).nextPause(Duration.ZERO));
		}
		assertThat(pauses).doesNotContainNull().allMatch((pause) -> pause.toMillis() >= 200 && pause.toMillis() <= 300);
		assertThat(pauses.stream().distinct().count()).isGreaterThan(10);
	}

	@Test
	void settingsThatMakeNoSenseAreRefused() {
		List<ClientSettings.Builder> wrong = List.of(exact().header(" "), exact().deadline(Duration.ZERO),
				exact().delay(Duration.ZERO), exact().multiplier(0.5), exact().maxDelay(Duration.ofMillis(1)),
				exact().jitter(Duration.ofMillis(-1)));
		assertThat(wrong).allSatisfy((settings) -> assertThatIllegalArgumentException().isThrownBy(settings::build));
	}

}
