package io.idempotent.benchmarks.growth;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Calls of many threads that begin together.
 */
final class Load {

	private Load() {
	}

	/**
	 * Calls for a while.
	 * @return calls per second of all threads
	 */
	static double perSecond(int threads, int millis, Call call) throws Exception {
		AtomicBoolean stopped = new AtomicBoolean();
		AtomicLong calls = new AtomicLong();
		long nanos = run(threads, (thread) -> {
			int number = 0;
			while (!stopped.get()) {
				call.run(thread, number++);
			}
			calls.addAndGet(number);
		}, () -> {
			Thread.sleep(millis);
			stopped.set(true);
		});
		return calls.get() * 1e9 / nanos;
	}

	/**
	 * Calls with the numbers from 0 on, each by the next thread that is free.
	 */
	static void each(int threads, int numbers, Call call) throws Exception {
		AtomicInteger next = new AtomicInteger();
		run(threads, (thread) -> {
			for (int number = next.getAndIncrement(); number < numbers; number = next.getAndIncrement()) {
				call.run(thread, number);
			}
		}, () -> {
		});
	}

	/**
	 * Lets each thread make the same number of calls.
	 * @return nanoseconds until all are answered
	 */
	static long repeat(int threads, int times, Call call) throws Exception {
		return run(threads, (thread) -> {
			for (int number = 0; number < times; number++) {
				call.run(thread, number);
			}
		}, () -> {
		});
	}

	private static long run(int threads, Worker worker, Meanwhile meanwhile) throws Exception {
		CountDownLatch ready = new CountDownLatch(threads);
		CountDownLatch go = new CountDownLatch(1);
		ExecutorService executor = Executors.newFixedThreadPool(threads);
		try {
			List<Future<?>> all = new ArrayList<>();
			for (int i = 0; i < threads; i++) {
				int thread = i;
				all.add(executor.submit(() -> {
					ready.countDown();
					go.await();
					worker.run(thread);
					return true;
				}));
			}
			ready.await();
			long begin = System.nanoTime();
			go.countDown();
			meanwhile.run();
			for (Future<?> one : all) {
				one.get();
			}
			return System.nanoTime() - begin;
		}
		finally {
			executor.shutdown();
		}
	}

	/** What is called. */
	interface Call {

		void run(int thread, int number) throws Exception;

	}

	private interface Worker {

		void run(int thread) throws Exception;

	}

	private interface Meanwhile {

		void run() throws Exception;

	}

}
