package io.idempotent.store.jdbc;

import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiFunction;

import io.idempotent.store.Claim;
import io.idempotent.store.ClaimResult;
import io.idempotent.store.Ownership;
import io.idempotent.store.RecordKey;
import io.idempotent.store.Settlement;
import io.idempotent.store.StoredOutcome;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a store can be asked for, by each way that its statements can take: first the
 * record is brought into the state in question, then the verb itself is run.
 */
@SuppressWarnings("ImmutableEnumChecker") // lambdas that keep nothing
enum StoreVerb {

	CLAIM_NEW(Access.PRIMARY_KEY, (store, key) -> () -> acquire(store, key)),

	CLAIM_IN_PROGRESS(Access.PRIMARY_KEY, (store, key) -> {
		acquire(store, key);
		return () -> assertThat(store.claim(claim(owner(key)))).isInstanceOf(ClaimResult.InProgress.class);
	}),

	CLAIM_FINISHED(Access.PRIMARY_KEY, (store, key) -> {
		store.complete(acquire(store, key), outcome(), hour());
		return () -> assertThat(store.claim(claim(owner(key)))).isInstanceOf(ClaimResult.Finished.class);
	}),

	CLAIM_RELEASED(Access.PRIMARY_KEY, (store, key) -> {
		store.release(acquire(store, key));
		return () -> acquire(store, key);
	}),

	CLAIM_ABANDONED(Access.PRIMARY_KEY, (store, key) -> {
		abandoned(store, key);
		return () -> assertThat(store.claim(claim(owner(key)))).isInstanceOf(ClaimResult.Abandoned.class);
	}),

	TAKE_OVER(Access.PRIMARY_KEY, (store, key) -> {
		Ownership seen = abandoned(store, key);
		return () -> assertThat(store.claim(claim(owner(key)).takingOver(seen.token())))
			.isInstanceOf(ClaimResult.Acquired.class);
	}),

	COMPLETE(Access.PRIMARY_KEY, (store, key) -> {
		Ownership owner = acquire(store, key);
		return () -> store.complete(owner, outcome(), hour());
	}),

	COMPLETE_LOST(Access.PRIMARY_KEY, (store, key) -> () -> store.complete(owner(key), outcome(), hour())),

	RENEW(Access.PRIMARY_KEY, (store, key) -> {
		Ownership owner = acquire(store, key);
		return () -> assertThat(store.renew(Map.of(owner, hour()))).isEmpty();
	}),

	RELEASE(Access.PRIMARY_KEY, (store, key) -> {
		Ownership owner = acquire(store, key);
		return () -> store.release(owner);
	}),

	ABANDON(Access.PRIMARY_KEY, (store, key) -> {
		Ownership owner = acquire(store, key);
		return () -> store.abandon(owner);
	}),

	RESERVE(Access.PRIMARY_KEY, (store, key) -> {
		Ownership seen = abandoned(store, key);
		return () -> store.reserve(seen, hour());
	}),

	SETTLE(Access.PRIMARY_KEY, (store, key) -> {
		long fence = fence(store, abandoned(store, key));
		return () -> store.settle(key, fence, new Settlement.Finish(outcome(), hour()));
	}),

	REOPEN(Access.PRIMARY_KEY, (store, key) -> {
		long fence = fence(store, abandoned(store, key));
		return () -> store.settle(key, fence, new Settlement.Reopen());
	}),

	FIND(Access.PRIMARY_KEY, (store, key) -> {
		acquire(store, key);
		return () -> assertThat(store.find(key)).isPresent();
	}),

	FORGET(Access.PRIMARY_KEY, (store, key) -> {
		Ownership owner = acquire(store, key);
		long fence = fence(store, owner);
		store.complete(owner, outcome(), hour());
		return () -> store.forget(key, fence);
	}),

	PURGE(Access.INDEX, (store, key) -> {
		store.complete(acquire(store, key), outcome(), Duration.ofMillis(1));
		return () -> store.purge(10);
	}),

	/** Of an operator who looks at the endpoint. */
	FIND_ABANDONED(Access.TABLE, (store, key) -> {
		abandoned(store, key);
		return () -> assertThat(store.findAbandoned(10)).isNotEmpty();
	}),

	/** Of the gauge, with each run of the purge. */
	COUNT_ABANDONED(Access.TABLE, (store, key) -> {
		abandoned(store, key);
		return () -> assertThat(store.countAbandoned()).isPositive();
	});

	private final Access access;

	private final BiFunction<JdbcIdempotencyStore, RecordKey, Runnable> steps;

	StoreVerb(Access access, BiFunction<JdbcIdempotencyStore, RecordKey, Runnable> steps) {
		this.access = access;
		this.steps = steps;
	}

	/** How it is meant to find its rows, however many others there are. */
	Access access() {
		return this.access;
	}

	/**
	 * Brings a record of its own into the state in question.
	 * @return runs the verb
	 */
	Runnable prepare(JdbcIdempotencyStore store) {
		return this.steps.apply(store, new RecordKey("tenant", "contract.submit", UUID.randomUUID().toString()));
	}

	private static Duration hour() {
		return Duration.ofHours(1);
	}

	private static StoredOutcome outcome() {
		return new StoredOutcome(false, "json/1", new byte[] { 1 });
	}

	private static Ownership owner(RecordKey key) {
		return new Ownership(key, UUID.randomUUID());
	}

	private static Claim claim(Ownership owner) {
		return new Claim(owner, null, Duration.ofSeconds(30), hour(), null);
	}

	private static Ownership acquire(JdbcIdempotencyStore store, RecordKey key) {
		Ownership owner = owner(key);
		assertThat(store.claim(claim(owner))).isInstanceOf(ClaimResult.Acquired.class);
		return owner;
	}

	private static Ownership abandoned(JdbcIdempotencyStore store, RecordKey key) {
		Ownership owner = acquire(store, key);
		store.abandon(owner);
		return owner;
	}

	private static long fence(JdbcIdempotencyStore store, Ownership owner) {
		return store.find(owner.key()).orElseThrow().fencingToken();
	}

	/** How rows are found. */
	enum Access {

		PRIMARY_KEY,

		/** By the time at which they expire, as many as were asked for. */
		INDEX,

		/** All rows are read. */
		TABLE

	}

}
