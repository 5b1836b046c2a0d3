package io.idempotent.engine;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

import io.idempotent.engine.Acquisition.Result;
import io.idempotent.store.Claim;
import io.idempotent.store.Ownership;
import org.jspecify.annotations.Nullable;

/**
 * How far a call has come on its way to a record.
 */
final class Progress {

	private static final Duration FIRST_PAUSE = Duration.ofMillis(10);

	private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);

	private final Call call;

	private final InFlight mine;

	private Claim claim;

	private @Nullable JoinedTransaction transaction;

	private Duration pause = FIRST_PAUSE;

	Progress(Call call, InFlight mine) {
		this.call = call;
		this.mine = mine;
		// before the authority is asked, which may take long
		call.begin();
		Operation operation = call.operation();
		this.claim = new Claim(new Ownership(call.key(), UUID.randomUUID()), call.fingerprint(), operation.lease(),
				operation.ttl(), null);
	}

	Call call() {
		return this.call;
	}

	InFlight mine() {
		return this.mine;
	}

	/**
	 * What the authority is to be asked for.
	 */
	Claim claim() {
		return this.claim;
	}

	void takeOver(UUID seen) {
		this.claim = this.claim.takingOver(seen);
	}

	/**
	 * From now on the authority is asked in this transaction.
	 */
	Progress within(JoinedTransaction transaction) {
		this.transaction = transaction;
		return this;
	}

	boolean isJoined() {
		return this.transaction != null;
	}

	boolean isInOwnTransaction() {
		return this.transaction != null && this.transaction.isOwn();
	}

	/**
	 * What the caller's transaction shows may be its own, and may still be undone.
	 */
	boolean isInCallersTransaction() {
		return this.transaction != null && !this.transaction.isOwn();
	}

	/**
	 * Between half of and the whole pause, which doubles, but not beyond the deadline.
	 */
	Result.Busy busy(long remaining) {
		long nanos = this.pause.toNanos() / 2 + ThreadLocalRandom.current().nextLong(this.pause.toNanos() / 2);
		this.pause = (this.pause.compareTo(LONGEST_PAUSE) < 0) ? this.pause.multipliedBy(2) : LONGEST_PAUSE;
		return new Result.Busy(Math.min(nanos, remaining));
	}

}
