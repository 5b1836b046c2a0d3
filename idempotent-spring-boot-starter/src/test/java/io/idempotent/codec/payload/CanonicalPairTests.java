package io.idempotent.codec.payload;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import com.sun.management.ThreadMXBean;
import io.idempotent.engine.PayloadDigester.Part;
import io.idempotent.store.Fingerprint;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A million random pairs of payloads against the rules that the documentation gives.
 */
class CanonicalPairTests {

	private static final int PAIRS = 1_000_000;

	private static final int WARM_UP = 20_000;

	private static final long SEED = 20_261_125;

	private static final int THREADS = 2;

	private static final long MAX_NANOS = 50_000_000;

	private static final long MAX_BYTES = 10_000_000;

	private final CanonicalPayloadDigester digester = new CanonicalPayloadDigester();

	private final ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();

	@Test
	void twoPayloadsHaveOneFingerprintExactlyIfTheyAreTheSameRequestAndAtLittleCost() throws Exception {
		Tally warmUp = compare(0, WARM_UP, 1);
		assertThat(warmUp.pairs).isEqualTo(WARM_UP);

		Tally tally = compareAll();

		assertThat(tally.pairs).isEqualTo(PAIRS);
		// otherwise one of the two directions would hardly be tried
		assertThat(tally.same).as("pairs that are the same request").isBetween(PAIRS / 4, PAIRS * 3 / 4);
		assertThat(tally.nanos).as("CPU time of %s", tally).isLessThanOrEqualTo(MAX_NANOS);
		assertThat(tally.bytes).as("allocated bytes of %s", tally).isLessThanOrEqualTo(MAX_BYTES);
	}

	private Tally compareAll() throws Exception {
		ExecutorService executor = Executors.newFixedThreadPool(THREADS);
		try {
			List<Callable<Tally>> shares = new ArrayList<>();
			for (int i = 0; i < THREADS; i++) {
				int first = WARM_UP + i;
				shares.add(() -> compare(first, WARM_UP + PAIRS, THREADS));
			}
			Tally all = new Tally();
			for (Future<Tally> share : executor.invokeAll(shares)) {
				all.add(share.get());
			}
			return all;
		}
		finally {
			executor.shutdownNow();
		}
	}

	private Tally compare(int first, int end, int step) {
		Tally tally = new Tally();
		for (int i = first; i < end; i += step) {
			compare(i, tally);
		}
		return tally;
	}

	private void compare(int pair, Tally tally) {
		Random random = new Random(SEED + pair);
		PayloadGenerator generator = new PayloadGenerator(random);
		PayloadModel one = generator.payload();
		PayloadModel other = switch (random.nextInt(8)) {
			case 0 -> generator.payload();
			case 1, 2, 3 -> one;
			default -> generator.near(one);
		};
		PayloadRenderer renderer = new PayloadRenderer(random);
		List<Part> left = List.of(renderer.render(one));
		List<Part> right = List.of(renderer.render(other));

		long nanos = this.thread.getCurrentThreadCpuTime();
		long bytes = this.thread.getCurrentThreadAllocatedBytes();
		Fingerprint leftPrint = this.digester.digest(left);
		Fingerprint rightPrint = this.digester.digest(right);
		tally.measured(this.thread.getCurrentThreadCpuTime() - nanos,
				this.thread.getCurrentThreadAllocatedBytes() - bytes);

		boolean same = PayloadModel.same(one, other);
		tally.compared(same);
		if (leftPrint.equals(rightPrint) != same) {
			throw new AssertionError("pair %d of seed %d should %s one fingerprint:%n%s%n  as %s%n%s%n  as %s"
				.formatted(pair, SEED, same ? "have" : "not have", one, left, other, right));
		}
	}

	/** What was compared, and the dearest pair of all. */
	private static final class Tally {

		private int pairs;

		private int same;

		private long nanos;

		private long bytes;

		void measured(long nanos, long bytes) {
			this.nanos = Math.max(this.nanos, nanos);
			this.bytes = Math.max(this.bytes, bytes);
		}

		void compared(boolean same) {
			this.pairs++;
			this.same += same ? 1 : 0;
		}

		void add(Tally other) {
			measured(other.nanos, other.bytes);
			this.pairs += other.pairs;
			this.same += other.same;
		}

		@Override
		public String toString() {
			return "the dearest of %d pairs (%d the same): %d ns, %d bytes".formatted(this.pairs, this.same, this.nanos,
					this.bytes);
		}

	}

}
