package io.idempotent.benchmarks.growth;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import io.idempotent.Idempotent;
import io.idempotent.InProgressPolicy;

/**
 * The operations that are measured: they do next to nothing.
 */
class Operations {

	private final AtomicInteger executions = new AtomicInteger();

	private final Map<Integer, Pages> results = new ConcurrentHashMap<>();

	@Idempotent(key = "#key", operation = "growth.submit")
	public String submit(String key) {
		this.executions.incrementAndGet();
		return "accepted";
	}

	/** The text is compared. */
	@Idempotent(key = "#key", operation = "growth.text-payload")
	public String submit(String key, String payload) {
		return "accepted";
	}

	/** The items are compared. */
	@Idempotent(key = "#key", operation = "growth.items-payload")
	public String submit(String key, List<Item> payload) {
		return "accepted";
	}

	/** The result is as large as the key says, and shared by all replays. */
	@Idempotent(key = "#key", operation = "growth.text")
	public String text(String key) {
		return result(key).pages().get(0);
	}

	/** The result is as large as the key says, and read again for each replay. */
	@Idempotent(key = "#key", operation = "growth.pages")
	public Pages pages(String key) {
		return result(key);
	}

	private Pages result(String key) {
		int size = Integer.parseInt(key.substring(0, key.indexOf('-')));
		return Objects.requireNonNull(
				this.results.computeIfAbsent(size, (length) -> new Pages(List.of(Texts.random(length, length)))));
	}

	/** Takes long enough for many duplicates to come. */
	@Idempotent(key = "#key", operation = "growth.settle", onInProgress = InProgressPolicy.WAIT)
	public String settle(String key) throws InterruptedException {
		this.executions.incrementAndGet();
		Thread.sleep(DuplicatesCurve.MILLIS);
		return "settled";
	}

	// not a field: that of a proxy is null
	public int executions() {
		return this.executions.get();
	}

	/** A result that could be changed, since it has a list. */
	record Pages(List<String> pages) {
	}

	/** About 100 bytes of JSON. */
	record Item(String article, String description, int quantity, String price) {

		static Item of(int number) {
			return new Item("article-" + (10_000_000 + number), "a thing of this kind", 1 + number % 9, "12.50");
		}

	}

}
