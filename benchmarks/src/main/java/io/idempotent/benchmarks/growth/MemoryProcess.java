package io.idempotent.benchmarks.growth;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.idempotent.benchmarks.Node;
import io.idempotent.benchmarks.Rounds;

import org.springframework.jdbc.datasource.SimpleDriverDataSource;

/**
 * An application in a process of its own, whose heap after garbage collections tells what
 * it keeps: answers with the used bytes at each number of keys it was started with.
 */
final class MemoryProcess {

	private static final int WARM_UP = 5_000;

	private final Holding.Service service;

	private MemoryProcess(Holding.Service service) {
		this.service = service;
	}

	/**
	 * Measures once.
	 * @param arguments what is held, the size of the local cache, and the numbers of keys
	 * @throws Exception if it cannot be measured
	 */
	public static void main(String[] arguments) throws Exception {
		int[] numbers = Arrays.stream(arguments).skip(2).mapToInt(Integer::parseInt).toArray();
		try (Node node = new Node(Holding.class,
				new SimpleDriverDataSource(new org.h2.Driver(), "jdbc:h2:mem:memory", "sa", ""),
				"idempotent.local-cache.max-size=" + arguments[1])) {
			MemoryProcess process = new MemoryProcess(node.get(Holding.Service.class));
			switch (arguments[0]) {
				case "small" -> process.records(numbers, process.service::small);
				case "kilobyte" -> process.records(numbers, process.service::kilobyte);
				case "futures" -> process.futures(numbers[0]);
				case "threads" -> process.threads(numbers[0]);
				default -> throw new IllegalArgumentException(arguments[0]);
			}
		}
		Runtime.getRuntime().halt(0);
	}

	private void records(int[] numbers, Operation operation) throws InterruptedException {
		int key = 0;
		while (key < WARM_UP) {
			operation.execute(Texts.key(key++));
		}
		for (int number : numbers) {
			while (key < WARM_UP + number) {
				operation.execute(Texts.key(key++));
			}
			answer();
		}
	}

	private void futures(int number) throws InterruptedException {
		for (int i = 0; i < WARM_UP; i++) {
			this.service.future("warm-up" + i, CompletableFuture.completedFuture("done")).join();
		}
		CompletableFuture<?>[] returned = new CompletableFuture<?>[number];
		@SuppressWarnings({ "unchecked", "rawtypes" }) // there are no generic arrays
		CompletableFuture<String>[] open = new CompletableFuture[number];
		Arrays.setAll(open, (i) -> new CompletableFuture<String>());
		answer();
		Arrays.setAll(returned, (i) -> this.service.future(Texts.key(i), open[i]));
		answer();
		Arrays.stream(open).forEach((future) -> future.complete("done"));
		CompletableFuture.allOf(returned).join();
	}

	private void threads(int number) throws Exception {
		CountDownLatch opened = new CountDownLatch(0);
		for (int i = 0; i < WARM_UP; i++) {
			this.service.thread("warm-up" + i, opened, opened);
		}
		// what threads leave behind is there before
		hold(number, (key, entered, open) -> this.service.unguarded(entered, open), () -> {
		});
		hold(number, (key, entered, open) -> this.service.unguarded(entered, open), MemoryProcess::answer);
		hold(number, this.service::thread, MemoryProcess::answer);
	}

	private static void hold(int number, Held held, Rounds.Action whenHeld) throws Exception {
		CountDownLatch entered = new CountDownLatch(number);
		CountDownLatch open = new CountDownLatch(1);
		ExecutorService executor = Executors.newFixedThreadPool(number);
		try {
			List<Future<String>> all = new ArrayList<>();
			for (int i = 0; i < number; i++) {
				int key = i;
				all.add(executor.submit(() -> held.execute(Texts.key(key), entered, open)));
			}
			if (!entered.await(1, TimeUnit.MINUTES)) {
				throw new IllegalStateException(entered.getCount() + " did not begin");
			}
			whenHeld.run();
			open.countDown();
			for (Future<String> one : all) {
				one.get();
			}
		}
		finally {
			open.countDown();
			executor.shutdown();
		}
	}

	/** Several times, since caches tidy up in threads of their own. */
	private static void answer() throws InterruptedException {
		for (int i = 0; i < 4; i++) {
			System.gc();
			Thread.sleep(100);
		}
		System.out.println(Child.ANSWER + ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
	}

	private interface Operation {

		String execute(String key);

	}

	private interface Held {

		String execute(String key, CountDownLatch entered, CountDownLatch open) throws Exception;

	}

}
