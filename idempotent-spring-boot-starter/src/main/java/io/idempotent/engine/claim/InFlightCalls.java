package io.idempotent.engine.claim;

import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

import io.idempotent.IdempotencyContext;
import io.idempotent.engine.outcome.Replayable;
import io.idempotent.store.RecordKey;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One {@link InFlightCall} per record that somebody in this JVM is busy with. An entry
 * that has left the table says nothing any more: the authority is asked.
 */
public final class InFlightCalls {

	private static final Logger logger = LoggerFactory.getLogger(InFlightCalls.class);

	private final ConcurrentMap<RecordKey, InFlightCall> entries = new ConcurrentHashMap<>();

	/**
	 * Enters the table.
	 * @return null if the caller has entered, else the one that was there before
	 */
	public @Nullable InFlightCall enter(InFlightCall mine) {
		return this.entries.putIfAbsent(mine.key(), mine);
	}

	/**
	 * Leaves the table and wakes the waiters: with the outcome, or without one to see for
	 * themselves.
	 */
	public void leave(InFlightCall mine, @Nullable Replayable outcome) {
		this.entries.remove(mine.key(), mine);
		mine.end(outcome);
		List<String> abandoned = mine.takeAbandoned();
		if (!abandoned.isEmpty()) {
			pass(abandoned, mine.outer());
		}
	}

	/**
	 * Notes that an attempt was abandoned. That is said once the outermost call has ended
	 * that it is part of: one incident may abandon several.
	 */
	void abandoned(InFlightCall mine, IdempotencyContext attempt) {
		List<String> abandoned = List.of(attempt.toString());
		if (!mine.keepAbandoned(abandoned)) {
			pass(abandoned, mine.outer());
		}
	}

	private void pass(List<String> abandoned, @Nullable RecordKey key) {
		InFlightCall outer = (key != null) ? this.entries.get(key) : null;
		if (outer == null || !outer.keepAbandoned(abandoned)) {
			logger
				.warn("The outcome of {} is unknown, and {} abandoned. Under HOLD duplicates are refused until it is settled: "
						+ "find out what happened, then use IdempotencySettlement or the actuator endpoint 'idempotency'; "
						+ "an AbandonedExecutionResolver does it without you. Under RETRY the next call runs it again.",
						String.join("; ", abandoned),
						(abandoned.size() == 1) ? "it is" : "all %s are".formatted(abandoned.size()));
		}
	}

	public void detach(RecordKey key) {
		InFlightCall entry = this.entries.get(key);
		if (entry != null) {
			leave(entry, null);
		}
	}

	public int size() {
		return this.entries.size();
	}

}
