package io.idempotent.test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

import io.idempotent.store.RecordKey;

/**
 * What many threads did to a store, when they began it and when they had the answer; and
 * what of it cannot be. As tokens are unique, one look at each event is enough.
 */
public final class StoreHistory {

	private final Queue<Event> events = new ConcurrentLinkedQueue<>();

	private final AtomicLong operations = new AtomicLong();

	private final Duration lease;

	StoreHistory(Duration lease) {
		this.lease = lease;
	}

	/** What happened. */
	enum Kind {

		ACQUIRED,

		/** Claimed by somebody who did not learn whether it was acquired. */
		POSSIBLY_ACQUIRED,

		COMPLETED,

		/** Released or abandoned, or possibly so. */
		GIVEN_UP,

		REFUSED, REPLAYED, IN_PROGRESS

	}

	/** Times are those of {@link System#nanoTime()}. */
	record Event(Kind kind, RecordKey key, UUID token, long attempt, String text, long begin, long end) {
	}

	void add(Event event) {
		this.events.add(event);
	}

	void countOperation() {
		this.operations.incrementAndGet();
	}

	/**
	 * The number of operations.
	 * @return how many verbs the store has answered, repeated ones once
	 */
	public long operations() {
		return this.operations.get();
	}

	long count(Kind kind) {
		return this.events.stream().filter((event) -> event.kind() == kind).count();
	}

	/**
	 * Looks for what cannot be.
	 * @return a sentence for each contradiction
	 */
	public List<String> violations() {
		List<String> violations = new ArrayList<>();
		Map<RecordKey, List<Event>> byKey = this.events.stream().collect(Collectors.groupingBy(Event::key));
		byKey.forEach((key, all) -> new RecordHistory(key.key(), all, this.lease.toNanos(), violations).check());
		return violations;
	}

}
