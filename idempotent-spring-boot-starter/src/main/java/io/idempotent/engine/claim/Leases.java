package io.idempotent.engine.claim;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

import com.github.benmanes.caffeine.cache.Ticker;
import io.idempotent.IdempotencySource;
import io.idempotent.IdempotencyStoreException;
import io.idempotent.OwnershipLostException;
import io.idempotent.store.Ownership;
import io.idempotent.store.RecordKey;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renews the leases of this JVM, all that are due in one batch per tick. The tick is a
 * third of the shortest lease seen so far, so that a lease is renewed between one and two
 * thirds of its time and an execution shorter than a third of it never is.
 */
public final class Leases {

	private static final Logger logger = LoggerFactory.getLogger(Leases.class);

	private final Set<Lease> held = ConcurrentHashMap.newKeySet();

	private final GuardedStore authority;

	private final Duration maxLease;

	private final List<MaintenanceListener> listeners;

	private final ScheduledExecutorService scheduler;

	private final Ticker ticker;

	private final Outage renewing;

	private final Outage telling;

	private volatile long tick = Long.MAX_VALUE;

	private @Nullable ScheduledFuture<?> ticking;

	public Leases(GuardedStore authority, Duration maxLease, List<MaintenanceListener> listeners,
			ScheduledExecutorService scheduler, Ticker ticker) {
		this.authority = authority;
		this.maxLease = maxLease;
		this.listeners = listeners;
		this.scheduler = scheduler;
		this.ticker = ticker;
		this.renewing = new Outage(logger, "Leases cannot be renewed; tried again before and after they end", ticker);
		this.telling = new Outage(logger, "A MaintenanceListener fails when it is told of renewed leases", ticker);
	}

	public void hold(Lease lease) {
		this.held.add(lease);
		if (lease.duration().toNanos() / 3 < this.tick) {
			tickEvery(lease.duration().toNanos() / 3);
		}
	}

	void drop(Lease lease) {
		this.held.remove(lease);
	}

	private synchronized void tickEvery(long nanos) {
		if (nanos < this.tick) {
			this.tick = nanos;
			if (this.ticking != null) {
				this.ticking.cancel(false);
			}
			try {
				this.ticking = this.scheduler.scheduleAtFixedRate(this::renew, nanos, nanos, TimeUnit.NANOSECONDS);
			}
			catch (RejectedExecutionException ex) {
				logger.warn("Leases are not renewed any more: the application is stopping");
			}
		}
	}

	/**
	 * Requires that the attempt is still owned, and will be for as long as its lease. The
	 * authority is asked only where another owner may have taken over: after the lease
	 * has ended, or has been given up.
	 * @throws OwnershipLostException if it is not
	 */
	void requireOwned(Attempt attempt) {
		Lease lease = attempt.lease();
		long now = this.ticker.read();
		if (this.held.contains(lease) && !lease.hasLapsed(now)) {
			return;
		}
		try {
			if (this.authority.renew(Map.of(lease.ownership(), lease.duration())).isEmpty()) {
				lease.renewed(now);
				return;
			}
		}
		catch (RuntimeException ex) {
			RecordKey key = attempt.call().key();
			throw attempt.call()
				.refused(new IdempotencyStoreException(key.operation(), key.key(),
						"Its lease had ended before the commit, and whether another owner has taken over could not be asked: the transaction is rolled back.",
						ex), IdempotencySource.NONE);
		}
		throw attempt.ownershipLost();
	}

	/**
	 * Renews what is due. Never throws: that would end the schedule.
	 */
	void renew() {
		this.renewing.survive(() -> {
			long now = this.ticker.read();
			Map<Ownership, Lease> due = new HashMap<>();
			for (Lease lease : this.held) {
				if (lease.isOlderThan(this.maxLease, now)) {
					logger.warn(
							"{} is still running after idempotent.max-lease ({}): its lease is not renewed any more",
							lease.ownership().key(), this.maxLease);
					end(lease);
				}
				else if (lease.isDue(now)) {
					due.put(lease.ownership(), lease);
				}
			}
			if (!due.isEmpty()) {
				renew(due, now);
			}
		});
	}

	private void renew(Map<Ownership, Lease> due, long now) {
		Map<Ownership, Duration> durations = new HashMap<>();
		due.forEach((ownership, lease) -> durations.put(ownership, lease.duration()));
		Set<Ownership> lost;
		try {
			lost = this.authority.renew(durations);
		}
		catch (Throwable ex) {
			// held on: the store may come back before anybody else has taken over
			due.values().stream().filter((lease) -> lease.hasLapsed(now)).forEach(Lease::lapse);
			throw ex;
		}
		due.forEach((ownership, lease) -> {
			if (!lost.contains(ownership)) {
				lease.renewed(now);
			}
			else if (!lease.isEnding()) {
				logger.warn("The ownership of {} was lost: it was taken over or settled", ownership.key());
				end(lease);
			}
		});
		int renewed = due.size() - lost.size();
		this.listeners.forEach((listener) -> this.telling.survive(() -> listener.onRenewed(renewed)));
	}

	private void end(Lease lease) {
		drop(lease);
		lease.lapse();
	}

}
