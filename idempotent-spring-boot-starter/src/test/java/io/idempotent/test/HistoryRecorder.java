package io.idempotent.test;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;

import io.idempotent.IdempotencyStoreException;
import io.idempotent.store.Claim;
import io.idempotent.store.ClaimResult;
import io.idempotent.store.IdempotencyStore;
import io.idempotent.store.OwnershipResult;
import io.idempotent.store.Ownership;
import io.idempotent.test.StoreHistory.Event;
import io.idempotent.test.StoreHistory.Kind;

import static io.idempotent.test.StoreFixture.TTL;
import static io.idempotent.test.StoreFixture.owner;
import static io.idempotent.test.StoreFixture.result;

/**
 * Lets threads fight for a few hot records in real time, some of them stalling past their
 * lease, giving up or dying, and records what they see. A call that fails is repeated as
 * it was: its request or its reply may have been lost.
 */
public final class HistoryRecorder {

	static final Duration LEASE = Duration.ofMillis(60);

	private static final Duration BOUND = Duration.ofSeconds(90);

	private static final int OPERATIONS_WITHIN_BOUND = 20_000;

	private static final int THREADS = 16;

	private static final int HOT_KEYS = 4;

	private final IdempotencyStore store;

	private final int operations;

	private final Duration ttl;

	private final Duration bound;

	private final StoreHistory history = new StoreHistory(LEASE);

	private final AtomicIntegerArray generations = new AtomicIntegerArray(HOT_KEYS);

	private volatile long deadline;

	/**
	 * Creates the recorder.
	 * @param store an empty store whose clock goes on by itself
	 * @param operations how many operations the store is to answer
	 */
	public HistoryRecorder(IdempotencyStore store, int operations) {
		this(store, operations, TTL);
	}

	/**
	 * The same for a store that keeps released records beyond their ttl.
	 * @param store an empty store whose clock goes on by itself
	 * @param operations how many operations the store is to answer
	 * @param ttl that of claims, which may be shorter than their lease
	 */
	public HistoryRecorder(IdempotencyStore store, int operations, Duration ttl) {
		this.store = store;
		this.operations = operations;
		this.ttl = ttl;
		this.bound = BOUND.multipliedBy(1 + operations / OPERATIONS_WITHIN_BOUND);
	}

	/**
	 * Records until the store has answered so many operations.
	 * @return the history, with fewer operations if the store is slower than a few
	 * hundred in a second
	 * @throws Exception if the store did not answer
	 */
	public StoreHistory record() throws Exception {
		this.deadline = System.nanoTime() + this.bound.toNanos();
		try (Race race = new Race(THREADS, this.bound.multipliedBy(2))) {
			race.run((runner) -> () -> {
				while (this.history.operations() < this.operations && !isLate()) {
					visit(ThreadLocalRandom.current().nextInt(HOT_KEYS));
				}
				return runner;
			});
		}
		return this.history;
	}

	private boolean isLate() {
		return System.nanoTime() - this.deadline > 0;
	}

	private void visit(int hot) {
		int generation = this.generations.get(hot);
		Ownership owner = owner(StoreFixture.key("key " + hot + "." + generation));
		Claim claim = new Claim(owner, null, LEASE, this.ttl, null);
		if (chance(1)) {
			claimAndDie(claim);
			return;
		}
		ClaimResult answer = claim(claim);
		if (answer instanceof ClaimResult.Abandoned abandoned) {
			answer = claim(claim.takingOver(abandoned.token()));
		}
		if (answer instanceof ClaimResult.Acquired acquired) {
			execute(owner, acquired.attempt());
		}
		else if (answer instanceof ClaimResult.Finished && chance(25)) {
			this.generations.compareAndSet(hot, generation, generation + 1);
		}
		else if (answer instanceof ClaimResult.InProgress) {
			LockSupport.parkNanos(500_000);
		}
	}

	private void claimAndDie(Claim claim) {
		long begin = System.nanoTime();
		try {
			this.store.claim(claim);
		}
		catch (IdempotencyStoreException ex) {
			// is not seen by the dead either
		}
		add(Kind.POSSIBLY_ACQUIRED, claim.ownership(), 0, "", begin);
	}

	private ClaimResult claim(Claim claim) {
		long begin = System.nanoTime();
		Reply<ClaimResult> reply = askUntilAnswered(() -> this.store.claim(claim));
		ClaimResult answer = reply.answer();
		if (answer instanceof ClaimResult.Acquired acquired) {
			add(Kind.ACQUIRED, claim.ownership(), acquired.attempt(), "", begin);
		}
		else if (reply.lostOthers()) {
			add(Kind.POSSIBLY_ACQUIRED, claim.ownership(), 0, "", begin);
		}
		if (answer instanceof ClaimResult.Finished finished) {
			byte[] body = Objects.requireNonNull(finished.outcome().body());
			add(Kind.REPLAYED, claim.ownership(), finished.attempt(), new String(body, StandardCharsets.UTF_8), begin);
		}
		else if (answer instanceof ClaimResult.InProgress) {
			add(Kind.IN_PROGRESS, claim.ownership(), 0, "", begin);
		}
		return answer;
	}

	private void execute(Ownership owner, long attempt) {
		int dice = ThreadLocalRandom.current().nextInt(100);
		if (dice < 2) {
			return; // dies
		}
		if (dice < 5) {
			end(Kind.GIVEN_UP, owner, attempt, () -> this.store.abandon(owner));
		}
		else if (dice < 15) {
			end(Kind.GIVEN_UP, owner, attempt, () -> this.store.release(owner));
		}
		else {
			if (dice < 25) {
				LockSupport.parkNanos(LEASE.plusMillis(20).toNanos());
			}
			end(Kind.COMPLETED, owner, attempt, () -> this.store.complete(owner, result(outcome(owner)), TTL));
		}
	}

	private void end(Kind kind, Ownership owner, long attempt, Call<OwnershipResult> ending) {
		long begin = System.nanoTime();
		Reply<OwnershipResult> reply = askUntilAnswered(ending);
		// somebody else may have claimed what this one has given up unheard
		boolean done = reply.answer() == OwnershipResult.CONFIRMED || (kind == Kind.GIVEN_UP && reply.lostOthers());
		add(done ? kind : Kind.REFUSED, owner, attempt, outcome(owner), begin);
	}

	private <T> Reply<T> askUntilAnswered(Call<T> call) {
		boolean lostOthers = false;
		while (true) {
			try {
				T answer = call.ask();
				this.history.countOperation();
				return new Reply<>(answer, lostOthers);
			}
			catch (IdempotencyStoreException ex) {
				if (isLate()) {
					throw ex;
				}
				lostOthers = true;
			}
		}
	}

	private void add(Kind kind, Ownership owner, long attempt, String text, long begin) {
		this.history.add(new Event(kind, owner.key(), owner.token(), attempt, text, begin, System.nanoTime()));
	}

	private static String outcome(Ownership owner) {
		return "outcome of " + owner.token();
	}

	private static boolean chance(int percent) {
		return ThreadLocalRandom.current().nextInt(100) < percent;
	}

	private interface Call<T> {

		T ask();

	}

	private record Reply<T>(T answer, boolean lostOthers) {
	}

}
