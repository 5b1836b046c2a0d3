package io.idempotent.test;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.idempotent.test.StoreHistory.Event;
import io.idempotent.test.StoreHistory.Kind;

/**
 * The history of one record, which is completed once and never forgotten, and whose lease
 * is never renewed. An event takes effect at some time between its begin and its end.
 */
record RecordHistory(String name, List<Event> all, long leaseNanos, List<String> violations) {

	void check() {
		List<Event> completions = of(Kind.COMPLETED).toList();
		if (completions.stream().map(Event::token).distinct().count() > 1) {
			report("is completed by several owners");
		}
		attemptsAreDistinct();
		nobodyClaimsBeforeTheLeaseHasEnded();
		whatIsInProgressHasALease();
		completions.forEach(this::nothingContradicts);
		if (completions.isEmpty() && of(Kind.REPLAYED).findAny().isPresent()) {
			report("is replayed, and nobody has completed it");
		}
	}

	private void attemptsAreDistinct() {
		Set<Long> attempts = new HashSet<>();
		of(Kind.ACQUIRED).filter((event) -> !attempts.add(event.attempt()))
			.forEach((event) -> report("has two attempts " + event.attempt()));
	}

	private void nobodyClaimsBeforeTheLeaseHasEnded() {
		BinaryOperator<Event> any = (one, other) -> one;
		Map<Long, Event> acquired = of(Kind.ACQUIRED)
			.collect(Collectors.toMap(Event::attempt, Function.identity(), any));
		Set<UUID> givenUp = of(Kind.GIVEN_UP).map(Event::token).collect(Collectors.toSet());
		acquired.forEach((attempt, event) -> {
			Event next = acquired.get(attempt + 1);
			boolean early = next != null && next.end() < event.begin() + this.leaseNanos;
			reportIf(early && !givenUp.contains(event.token()), "is taken from the live attempt " + attempt);
		});
	}

	private void whatIsInProgressHasALease() {
		List<Event> claims = Stream.concat(of(Kind.ACQUIRED), of(Kind.POSSIBLY_ACQUIRED)).toList();
		of(Kind.IN_PROGRESS)
			.filter((event) -> claims.stream()
				.noneMatch((claim) -> claim.begin() < event.end() && event.begin() < claim.end() + this.leaseNanos))
			.forEach((event) -> report("is in progress without an attempt that has a lease"));
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

	private Stream<Event> of(Kind kind) {
		return this.all.stream().filter((event) -> event.kind() == kind);
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
