package io.idempotent.test;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;

import io.idempotent.IdempotencyStoreException;
import io.idempotent.store.Claim;
import io.idempotent.store.ClaimAnswer;
import io.idempotent.store.IdempotencyStore;
import io.idempotent.store.OwnerAnswer;
import io.idempotent.store.Ownership;
import io.idempotent.store.RecordKey;
import io.idempotent.test.StoreHistory.Event;
import io.idempotent.test.StoreHistory.Kind;

import static io.idempotent.test.StoreFixture.TTL;
import static io.idempotent.test.StoreFixture.owner;
import static io.idempotent.test.StoreFixture.result;

/**
 * Lets threads fight for a few hot records in real time, some of them stalling past their
 * lease, giving up or dying, and records what they see.
 */
final class HistoryRecorder {

	static final Duration LEASE = Duration.ofMillis(60);

	private static final Duration MAXIMUM = Duration.ofSeconds(20);

	private static final int THREADS = 8;

	private static final int HOT_KEYS = 4;

	private final IdempotencyStore store;

	private final StoreHistory history = new StoreHistory();

	private final AtomicIntegerArray generations = new AtomicIntegerArray(HOT_KEYS);

	private final AtomicInteger left;

	HistoryRecorder(IdempotencyStore store, int calls) {
		this.store = store;
		this.left = new AtomicInteger(calls);
	}

	StoreHistory record() throws Exception {
		// a busy machine makes it shorter
		long deadline = System.nanoTime() + MAXIMUM.toNanos();
		try (Race race = new Race(THREADS)) {
			race.run((runner) -> () -> {
				while (this.left.getAndDecrement() > 0 && System.nanoTime() - deadline < 0) {
					visit(ThreadLocalRandom.current().nextInt(HOT_KEYS));
				}
				return runner;
			});
		}
		return this.history;
	}

	private void visit(int hot) {
		int generation = this.generations.get(hot);
		Ownership owner = owner(StoreFixture.key("key " + hot + "." + generation));
		Claim claim = new Claim(owner, null, LEASE, TTL, null);
		ClaimAnswer answer = claim(claim);
		if (answer instanceof ClaimAnswer.Abandoned abandoned) {
			answer = claim(claim.takingOver(abandoned.token()));
		}
		if (answer instanceof ClaimAnswer.Acquired acquired) {
			execute(owner, acquired.attempt());
		}
		else if (answer instanceof ClaimAnswer.Finished && chance(25)) {
			this.generations.compareAndSet(hot, generation, generation + 1);
		}
		else if (answer instanceof ClaimAnswer.InProgress) {
			LockSupport.parkNanos(500_000);
		}
	}

	private ClaimAnswer claim(Claim claim) {
		long begin = System.nanoTime();
		ClaimAnswer answer = askUntilAnswered(claim);
		if (answer instanceof ClaimAnswer.Acquired acquired) {
			add(Kind.ACQUIRED, claim.ownership(), acquired.attempt(), "", begin);
		}
		else if (answer instanceof ClaimAnswer.Finished finished) {
			byte[] body = Objects.requireNonNull(finished.outcome().body());
			add(Kind.REPLAYED, claim.ownership(), finished.attempt(), new String(body, StandardCharsets.UTF_8), begin);
		}
		else if (answer instanceof ClaimAnswer.InProgress) {
			add(Kind.IN_PROGRESS, claim.ownership(), 0, "", begin);
		}
		return answer;
	}

	private ClaimAnswer askUntilAnswered(Claim claim) {
		while (true) {
			try {
				return this.store.claim(claim);
			}
			catch (IdempotencyStoreException ex) {
				// too many lost races: the same claim may be repeated
				Thread.onSpinWait();
			}
		}
	}

	private void execute(Ownership owner, long attempt) {
		int dice = ThreadLocalRandom.current().nextInt(100);
		if (dice < 2) {
			return; // dies
		}
		if (dice < 5) {
			end(Kind.GIVEN_UP, owner, attempt, this.store::abandon);
		}
		else if (dice < 15) {
			end(Kind.GIVEN_UP, owner, attempt, this.store::release);
		}
		else {
			if (dice < 20) {
				LockSupport.parkNanos(LEASE.plusMillis(20).toNanos());
			}
			String text = "outcome of " + owner.token();
			end(Kind.COMPLETED, owner, attempt, (mine) -> this.store.complete(mine, result(text), TTL));
		}
	}

	private void end(Kind kind, Ownership owner, long attempt, Ending ending) {
		long begin = System.nanoTime();
		OwnerAnswer answer = ending.end(owner);
		add((answer == OwnerAnswer.CONFIRMED) ? kind : Kind.REFUSED, owner, attempt, "outcome of " + owner.token(),
				begin);
	}

	private void add(Kind kind, Ownership owner, long attempt, String text, long begin) {
		RecordKey key = owner.key();
		UUID token = owner.token();
		this.history.add(new Event(kind, key, token, attempt, text, begin, System.nanoTime()));
	}

	private static boolean chance(int percent) {
		return ThreadLocalRandom.current().nextInt(100) < percent;
	}

	private interface Ending {

		OwnerAnswer end(Ownership owner);

	}

}
