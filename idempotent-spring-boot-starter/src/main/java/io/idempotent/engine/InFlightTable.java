package io.idempotent.engine;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

import io.idempotent.store.RecordKey;
import org.jspecify.annotations.Nullable;

/**
 * One {@link InFlight} per record that somebody in this JVM is busy with. An entry that
 * has left the table says nothing any more: the authority is asked.
 */
final class InFlightTable {

	private final ConcurrentMap<RecordKey, InFlight> entries = new ConcurrentHashMap<>();

	/**
	 * Enters the table.
	 * @return null if the caller has entered, else the one that was there before
	 */
	@Nullable InFlight enter(InFlight mine) {
		return this.entries.putIfAbsent(mine.key(), mine);
	}

	/**
	 * Leaves the table and wakes the waiters: with the outcome, or without one to see for
	 * themselves.
	 */
	void leave(InFlight mine, @Nullable Replayable outcome) {
		this.entries.remove(mine.key(), mine);
		mine.end(outcome);
	}

	void detach(RecordKey key) {
		InFlight entry = this.entries.get(key);
		if (entry != null) {
			leave(entry, null);
		}
	}

	int size() {
		return this.entries.size();
	}

}
