package io.idempotent.engine.claim;

import java.time.Duration;

import io.idempotent.store.Ownership;

/**
 * A lease that is to be renewed while somebody works under it.
 */
final class Lease {

	private final Ownership ownership;

	private final Duration duration;

	private final long claimedAt;

	private final Runnable onLapse;

	private volatile long renewedAt;

	private volatile boolean ending;

	/**
	 * Creates the lease.
	 * @param claimedAt the ticker before the claim was sent, so that it never lapses
	 * later here than at the authority
	 * @param onLapse what to do when it is lost or has lapsed
	 */
	Lease(Ownership ownership, Duration duration, long claimedAt, Runnable onLapse) {
		this.ownership = ownership;
		this.duration = duration;
		this.claimedAt = claimedAt;
		this.renewedAt = claimedAt;
		this.onLapse = onLapse;
	}

	Ownership ownership() {
		return this.ownership;
	}

	Duration duration() {
		return this.duration;
	}

	boolean isDue(long now) {
		return now - this.renewedAt >= this.duration.toNanos() / 3;
	}

	boolean hasLapsed(long now) {
		return now - this.renewedAt >= this.duration.toNanos();
	}

	boolean isOlderThan(Duration age, long now) {
		return now - this.claimedAt >= age.toNanos();
	}

	void renewed(long sentAt) {
		this.renewedAt = sentAt;
	}

	/**
	 * Its attempt is being ended: from now on only that step can tell whether the
	 * ownership was lost.
	 */
	void ending() {
		this.ending = true;
	}

	boolean isEnding() {
		return this.ending;
	}

	void lapse() {
		this.onLapse.run();
	}

}
