package io.idempotent.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import com.github.benmanes.caffeine.cache.Ticker;
import io.idempotent.engine.claim.InFlightCall;
import io.idempotent.engine.claim.InFlightCalls;
import io.idempotent.engine.claim.LocalCache;
import io.idempotent.engine.operation.EngineSettings;
import io.idempotent.engine.operation.EngineSettings.LocalCacheSettings;
import io.idempotent.engine.outcome.Replayable;
import io.idempotent.store.ClaimResult.Finished;
import io.idempotent.store.RecordKey;
import io.idempotent.store.StoredOutcome;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.agent.ByteBuddyAgent;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.dynamic.loading.ClassReloadingStrategy;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static net.bytebuddy.matcher.ElementMatchers.isBridge;
import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.not;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Keys that a client has chosen for their equal hash codes.
 */
class RecordKeyCollisionTests {

	private static final int KEYS = 16_000;

	private static final List<RecordKey> keys = IntStream.range(0, KEYS)
		.mapToObj((i) -> new RecordKey("", "test", withHashOfZero(i)))
		.toList();

	/** "Aa" and "BB" have one hash code, and so has whatever is put together of them. */
	private static String withHashOfZero(int number) {
		StringBuilder key = new StringBuilder();
		for (int bit = 0; bit < 14; bit++) {
			key.append(((number >> bit & 1) == 0) ? "Aa" : "BB");
		}
		return key.toString();
	}

	/**
	 * Counts.
	 */
	public static final class Comparisons {

		public static final AtomicLong count = new AtomicLong();

		private Comparisons() {
		}

		@Advice.OnMethodEnter
		static void enter() {
			count.incrementAndGet();
		}

	}

	@BeforeAll
	static void count() {
		ByteBuddyAgent.install();
		new ByteBuddy().redefine(RecordKey.class)
			.visit(Advice.to(Comparisons.class).on(named("equals").or(named("compareTo")).and(not(isBridge()))))
			.make()
			.load(RecordKey.class.getClassLoader(), ClassReloadingStrategy.fromInstalledAgent());
	}

	@AfterAll
	static void countNoMore() throws Exception {
		ClassReloadingStrategy.fromInstalledAgent().reset(RecordKey.class);
	}

	@Test
	void theyAreThoseThatCollide() {
		assertThat(keys).extracting(RecordKey::hashCode).containsOnly(keys.get(0).hashCode());
		assertThat(keys).doesNotHaveDuplicates();
	}

	@Test
	void theLocalCacheFindsOneOfThemWithAFewComparisons() {
		LocalCache cache = new LocalCache(new LocalCacheSettings(true, 100_000_000, Duration.ofHours(1)),
				Ticker.systemTicker());
		Replayable outcome = new Replayable(
				new Finished(new StoredOutcome(false, "x", null), null, 1, Instant.EPOCH, Duration.ofHours(1)), null,
				true);
		keys.forEach((key) -> cache.put(key, outcome, cache.asking(), Duration.ofHours(1)));
		assertFewComparisons((key) -> assertThat(cache.get(key)).isSameAs(outcome));
	}

	@Test
	void theTableOfCallsInFlightFindsOneOfThemWithAFewComparisons() {
		InFlightCalls table = new InFlightCalls();
		keys.forEach((key) -> table.enter(new InFlightCall(key)));
		assertFewComparisons((key) -> assertThat(table.enter(new InFlightCall(key)).key()).isEqualTo(key));
		assertFewComparisons(table::detach);
		assertThat(table.size()).isLessThan(KEYS);
	}

	private static void assertFewComparisons(Consumer<RecordKey> find) {
		long before = Comparisons.count.get();
		for (int i = 0; i < KEYS; i += 100) {
			RecordKey key = keys.get(i);
			find.accept(new RecordKey(key.scope(), key.operation(), key.key()));
		}
		// twice the depth of a balanced tree, for equals and compareTo, and what a test
		// itself compares
		assertThat((Comparisons.count.get() - before) / (KEYS / 100)).isBetween(1L, 100L);
	}

}
