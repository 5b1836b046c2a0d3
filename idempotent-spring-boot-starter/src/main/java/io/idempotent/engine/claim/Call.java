package io.idempotent.engine.claim;

import java.time.Duration;

import com.github.benmanes.caffeine.cache.Ticker;
import io.idempotent.IdempotencyEvent;
import io.idempotent.IdempotencyException;
import io.idempotent.IdempotencyKeyReusedException;
import io.idempotent.IdempotencyOutcome;
import io.idempotent.IdempotencySource;
import io.idempotent.OperationInProgressException;
import io.idempotent.engine.operation.Operation;
import io.idempotent.store.Claim;
import io.idempotent.store.Fingerprint;
import io.idempotent.store.Ownership;
import io.idempotent.store.RecordKey;
import org.jspecify.annotations.Nullable;

/**
 * One call: what is asked, and how it ended. Used by one thread at a time.
 */
public final class Call {

	/**
	 * How long a duplicate is told to wait: live owners renew their lease, so that what
	 * remains of it says nothing about when they finish.
	 */
	private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

	private final Operation operation;

	private final RecordKey key;

	private final @Nullable Fingerprint fingerprint;

	private final Ticker ticker;

	private @Nullable Long startedAt;

	private IdempotencyOutcome outcome = IdempotencyOutcome.FAILED;

	private IdempotencySource source = IdempotencySource.NONE;

	private long attempt;

	/**
	 * Creates a call.
	 * @param startedAt the ticker when it began, null if nobody is told how long it takes
	 */
	Call(Operation operation, RecordKey key, @Nullable Fingerprint fingerprint, @Nullable Long startedAt,
			Ticker ticker) {
		this.operation = operation;
		this.key = key;
		this.fingerprint = fingerprint;
		this.startedAt = startedAt;
		this.ticker = ticker;
	}

	public Operation operation() {
		return this.operation;
	}

	public RecordKey key() {
		return this.key;
	}

	@Nullable Fingerprint fingerprint() {
		return this.fingerprint;
	}

	/**
	 * The claim of its record.
	 */
	public Claim toClaim(Ownership ownership) {
		return new Claim(ownership, this.fingerprint, this.operation.lease(), this.operation.ttl(), null);
	}

	/**
	 * From now on time counts, if not from before: to be called before anything can take
	 * long.
	 */
	public void begin() {
		startedAt();
	}

	/**
	 * Until when this call may wait, by the ticker.
	 */
	long deadline() {
		return startedAt() + this.operation.waitTimeout().toNanos();
	}

	/**
	 * Read when needed: it takes a fifth of the time of a replay.
	 */
	private long startedAt() {
		Long startedAt = this.startedAt;
		if (startedAt == null) {
			startedAt = this.ticker.read();
			this.startedAt = startedAt;
		}
		return startedAt;
	}

	public void ended(IdempotencyOutcome outcome, IdempotencySource source, long attempt) {
		this.outcome = outcome;
		this.source = source;
		this.attempt = attempt;
	}

	public <X extends IdempotencyException> X refused(X exception, IdempotencySource source) {
		this.outcome = exception.outcome();
		this.source = source;
		return exception;
	}

	/**
	 * Refuses the call if the record belongs to another payload, whatever its state.
	 */
	void requireSamePayload(@Nullable Fingerprint recorded, IdempotencySource source) {
		if (!Fingerprint.match(this.fingerprint, recorded)) {
			throw refused(
					new IdempotencyKeyReusedException(this.operation.name(), this.key.key(), this.operation.compared()),
					source);
		}
	}

	public OperationInProgressException inProgress(String reason, IdempotencySource source) {
		return refused(new OperationInProgressException(this.operation.name(), this.key.key(), reason, RETRY_AFTER),
				source);
	}

	/**
	 * Refuses a call that would wait for the end of what it is itself a part of.
	 */
	OperationInProgressException reentered(String reason, IdempotencySource source) {
		return refused(new OperationInProgressException(this.operation.name(), this.key.key(), reason), source);
	}

	/**
	 * The event of its end.
	 */
	IdempotencyEvent toEvent(@Nullable Throwable failure) {
		long begin = startedAt();
		return new IdempotencyEvent(this.operation.name(), this.key.scope(), this.key.key(), this.outcome, this.source,
				this.attempt, Duration.ofNanos(this.ticker.read() - begin), failure);
	}

}
