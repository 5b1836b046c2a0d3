package io.idempotent.test;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;

import io.idempotent.store.RecordKey;

/**
 * What many threads did to a store, when they began it and when they had the answer; and
 * what of it cannot be. As tokens are unique, one look at each event is enough.
 */
final class StoreHistory {

	private final Queue<Event> events = new ConcurrentLinkedQueue<>();

	/** What happened. */
	enum Kind {

		ACQUIRED, COMPLETED, GIVEN_UP, REFUSED, REPLAYED, IN_PROGRESS

	}

	/** Times are those of {@link System#nanoTime()}. */
	record Event(Kind kind, RecordKey key, UUID token, long attempt, String text, long begin, long end) {
	}

	void add(Event event) {
		this.events.add(event);
	}

	long count(Kind kind) {
		return this.events.stream().filter((event) -> event.kind() == kind).count();
	}

	/**
	 * Looks for what cannot be.
	 * @param leaseNanos the lease of each claim
	 * @return a sentence for each contradiction
	 */
	List<String> violations(long leaseNanos) {
		List<String> violations = new ArrayList<>();
		Map<RecordKey, List<Event>> byKey = this.events.stream().collect(Collectors.groupingBy(Event::key));
		byKey.forEach((key, all) -> new OneRecord(key.key(), all, leaseNanos, violations).check());
		return violations;
	}

	/** The history of one record, which is completed once and never forgotten. */
	private record OneRecord(String name, List<Event> all, long leaseNanos, List<String> violations) {

		void check() {
			List<Event> completions = of(Kind.COMPLETED);
			if (completions.stream().map(Event::token).distinct().count() > 1) {
				report("is completed by several owners");
			}
			attemptsAreDistinct();
			nobodyClaimsBeforeTheLeaseHasEnded();
			completions.forEach(this::nothingContradicts);
			if (completions.isEmpty() && !of(Kind.REPLAYED).isEmpty()) {
				report("is replayed, and nobody has completed it");
			}
		}

		private void attemptsAreDistinct() {
			Set<Long> attempts = new HashSet<>();
			for (Event acquired : of(Kind.ACQUIRED)) {
				if (!attempts.add(acquired.attempt())) {
					report("has two attempts " + acquired.attempt());
				}
			}
		}

		private void nobodyClaimsBeforeTheLeaseHasEnded() {
			Map<Long, Event> acquired = of(Kind.ACQUIRED).stream()
				.collect(Collectors.toMap(Event::attempt, (event) -> event, (one, other) -> one));
			Set<UUID> givenUp = of(Kind.GIVEN_UP).stream().map(Event::token).collect(Collectors.toSet());
			acquired.forEach((attempt, event) -> {
				Event next = acquired.get(attempt + 1);
				boolean early = next != null && next.end() < event.begin() + this.leaseNanos;
				if (early && !givenUp.contains(event.token())) {
					report("is taken from the live attempt " + attempt);
				}
			});
		}

		private void nothingContradicts(Event completion) {
			for (Event event : this.all) {
				boolean after = event.begin() > completion.end();
				switch (event.kind()) {
					case ACQUIRED -> reportIf(after, "is acquired after its completion");
					case IN_PROGRESS -> reportIf(after, "is in progress after its completion");
					case REPLAYED -> {
						reportIf(event.end() < completion.begin(), "is replayed before its completion");
						reportIf(!event.text().equals(completion.text()), "is replayed with another outcome");
					}
					default -> {
					}
				}
			}
		}

		private List<Event> of(Kind kind) {
			return this.all.stream().filter((event) -> event.kind() == kind).toList();
		}

		private void reportIf(boolean wrong, String what) {
			if (wrong) {
				report(what);
			}
		}

		private void report(String what) {
			this.violations.add(this.name + " " + what);
		}

	}

}
