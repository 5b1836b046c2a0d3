package io.idempotent.test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

/**
 * Lets many threads do something at the same moment, again and again.
 */
final class Race implements AutoCloseable {

	private final int runners;

	private final Duration patience;

	private final ExecutorService executor;

	Race(int runners) {
		this(runners, Duration.ofSeconds(60));
	}

	Race(int runners, Duration patience) {
		this.runners = runners;
		this.patience = patience;
		this.executor = Executors.newFixedThreadPool(runners);
	}

	/**
	 * Runs once.
	 * @param runner what the n-th runner does
	 * @return what each has come to
	 */
	<T> List<T> run(IntFunction<Callable<T>> runner) throws Exception {
		CyclicBarrier start = new CyclicBarrier(this.runners);
		List<Future<T>> futures = new ArrayList<>();
		for (int i = 0; i < this.runners; i++) {
			Callable<T> callable = runner.apply(i);
			futures.add(this.executor.submit(() -> {
				start.await(60, TimeUnit.SECONDS);
				return callable.call();
			}));
		}
		List<T> results = new ArrayList<>();
		for (Future<T> future : futures) {
			results.add(future.get(this.patience.toSeconds(), TimeUnit.SECONDS));
		}
		return results;
	}

	@Override
	public void close() {
		this.executor.shutdownNow();
	}

}
