package io.idempotent.engine.outcome;

import io.idempotent.store.ClaimResult.Finished;
import org.jspecify.annotations.Nullable;

/**
 * A confirmed outcome, ready to answer duplicates.
 *
 * @param record the outcome as the authority has it
 * @param value the value itself if it may be given to several callers
 * @param shared whether it may
 */
public record Replayable(Finished record, @Nullable Object value, boolean shared) {

	private static final int OVERHEAD = 400;

	/**
	 * About how many bytes it holds.
	 */
	public int weight() {
		byte[] body = this.record.outcome().body();
		return OVERHEAD + ((body != null) ? body.length : 0) * (this.shared ? 2 : 1);
	}

}
