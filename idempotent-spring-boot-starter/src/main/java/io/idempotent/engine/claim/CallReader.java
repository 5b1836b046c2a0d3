package io.idempotent.engine.claim;

import java.time.Duration;

import com.github.benmanes.caffeine.cache.Ticker;
import io.idempotent.IdempotencyEvent;
import io.idempotent.IdempotencyException;
import io.idempotent.IdempotencyOutcome;
import io.idempotent.IdempotencySource;
import io.idempotent.InvalidIdempotencyKeyException;
import io.idempotent.MissingIdempotencyKeyException;
import io.idempotent.engine.operation.CallInputs;
import io.idempotent.engine.operation.KeyFormatter;
import io.idempotent.engine.operation.Operation;
import io.idempotent.engine.operation.ScopeText;
import io.idempotent.engine.operation.StorableText;
import io.idempotent.store.Fingerprint;
import io.idempotent.store.RecordKey;
import org.jspecify.annotations.Nullable;

/**
 * Reads scope, key and payload of a call, once and before anything runs, and refuses what
 * no store could keep apart.
 */
public final class CallReader {

	private final int maxKeyLength;

	private final Events events;

	private final Ticker ticker;

	public CallReader(int maxKeyLength, Events events, Ticker ticker) {
		this.maxKeyLength = maxKeyLength;
		this.events = events;
		this.ticker = ticker;
	}

	/**
	 * Reads a call, which starts now.
	 */
	public Call read(Operation operation, CallInputs inputs) {
		Long startedAt = this.events.areHeard() ? this.ticker.read() : null;
		try {
			return read(operation, inputs, startedAt);
		}
		catch (Throwable ex) {
			if (startedAt != null) {
				IdempotencyOutcome outcome = (ex instanceof IdempotencyException refusal) ? refusal.outcome()
						: IdempotencyOutcome.FAILED;
				this.events.publish(new IdempotencyEvent(operation.name(), "", null, outcome, IdempotencySource.NONE, 0,
						Duration.ofNanos(this.ticker.read() - startedAt), ex));
			}
			throw ex;
		}
	}

	private Call read(Operation operation, CallInputs inputs, @Nullable Long startedAt) {
		String text = null;
		try {
			String scope = inputs.scope();
			require(scope.length() <= ScopeText.MAX_LENGTH, "the scope is longer than 255 characters");
			require(StorableText.isStorable(scope), "the scope contains a NUL character or a lone surrogate");
			text = KeyFormatter.of(inputs.key());
			if (text == null) {
				throw new MissingIdempotencyKeyException(operation.name(), inputs.keySource());
			}
			if (text.length() > this.maxKeyLength) {
				// made only then: it takes longer than a replay
				throw new IllegalArgumentException("the key has %s characters, more than the %s of %s"
					.formatted(text.length(), this.maxKeyLength, "idempotent.max-key-length"));
			}
			require(StorableText.isStorable(text), "the key contains a NUL character or a lone surrogate");
			Fingerprint fingerprint = inputs.fingerprint();
			return new Call(operation, new RecordKey(scope, operation.name(), text), fingerprint, startedAt,
					this.ticker);
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidIdempotencyKeyException(operation.name(), text, reason(ex), ex);
		}
	}

	private static String reason(IllegalArgumentException ex) {
		@Nullable String message = ex.getMessage();
		return (message != null) ? message : ex.toString();
	}

	private static void require(boolean condition, String reason) {
		if (!condition) {
			throw new IllegalArgumentException(reason);
		}
	}

}
