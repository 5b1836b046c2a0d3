package io.idempotent.test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

import io.idempotent.AbandonedAttempt;
import io.idempotent.IdempotencyRecord;
import io.idempotent.IdempotencyRecord.State;
import io.idempotent.store.Claim;
import io.idempotent.store.ClaimResult;
import io.idempotent.store.IdempotencyStore;
import io.idempotent.store.OwnershipResult;
import io.idempotent.store.Ownership;
import io.idempotent.store.RecordKey;
import io.idempotent.store.Settlement;
import org.jspecify.annotations.Nullable;

import static io.idempotent.test.StoreFixture.fingerprint;
import static io.idempotent.test.StoreFixture.key;
import static io.idempotent.test.StoreFixture.owner;
import static io.idempotent.test.StoreFixture.result;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Takes the same steps on a store and on its model, and compares their answers.
 */
final class StoreSimulation {

	private static final int[] MILLIS = { 20, 100, 1000, 7000 };

	private final IdempotencyStore store;

	private final Consumer<Duration> clock;

	private final Map<RecordKey, ModelRecord> model = new HashMap<>();

	private final Map<RecordKey, List<Ownership>> owners = new HashMap<>();

	private final Map<RecordKey, List<Long>> fences = new HashMap<>();

	private Instant now = Instant.EPOCH;

	private @Nullable Duration offset;

	private int outcomes;

	private int steps;

	StoreSimulation(IdempotencyStore store, Consumer<Duration> clock) {
		this.store = store;
		this.clock = clock;
	}

	/** One step: numbers choose among what there is. */
	record Action(Kind kind, int key, int owner, int time) {

		enum Kind {

			CLAIM, CLAIM_AGAIN, TAKE_OVER, COMPLETE, RELEASE, ABANDON, RENEW, RESERVE, SETTLE, REOPEN, FORGET, PURGE,
			ADVANCE

		}

	}

	void take(Action action) {
		RecordKey key = key("key" + action.key());
		Ownership owner = pick(this.owners.get(key), action.owner(), owner(key));
		long fence = pick(this.fences.get(key), action.owner(), 1L);
		Duration time = Duration.ofMillis(MILLIS[action.time()]);
		switch (action.kind()) {
			case CLAIM -> claim(new Claim(owner(key), fingerprint(action.owner()), time, ttl(action), null));
			case CLAIM_AGAIN -> claim(new Claim(owner, fingerprint(action.owner()), time, ttl(action), null));
			case TAKE_OVER ->
				claim(new Claim(owner(key), fingerprint(action.owner()), time, ttl(action), owner.token()));
			case COMPLETE -> complete(owner, time);
			case RELEASE -> release(owner);
			case ABANDON -> abandon(owner);
			case RENEW -> renew(owner, time);
			case RESERVE -> reserve(owner, time);
			case SETTLE, REOPEN -> settle(key, fence, time, action.kind() == Action.Kind.REOPEN);
			case FORGET -> forget(key, fence);
			case PURGE -> purge((action.owner() == 0) ? 1 : 100);
			case ADVANCE -> advance(time);
		}
		compare(key);
		if (++this.steps % 10 == 0) {
			compareAbandoned();
		}
		// no two claims at the same moment: fencing tokens of forgotten ones are compared
		advance(Duration.ofMillis(1));
	}

	private static Duration ttl(Action action) {
		return Duration.ofMillis(MILLIS[(action.time() + action.owner()) % MILLIS.length]);
	}

	private static <T> T pick(@Nullable List<T> all, int number, T otherwise) {
		return (all == null) ? otherwise : all.get(Math.max(0, all.size() - 1 - number));
	}

	private void advance(Duration duration) {
		this.now = this.now.plus(duration);
		this.clock.accept(duration);
	}

	private void claim(Claim claim) {
		RecordKey key = claim.ownership().key();
		ModelRecord record = this.model.get(key);
		ClaimResult answer = this.store.claim(claim);
		if (record == null || record.isOpenFor(claim, this.now)) {
			acquired(claim, record, answer);
		}
		else if (record.stored == State.COMPLETED) {
			assertThat(answer).isInstanceOfSatisfying(ClaimResult.Finished.class, (finished) -> {
				assertThat(finished.outcome().body()).asString().isEqualTo(record.outcome);
				assertThat(finished.fingerprint()).isEqualTo(record.fingerprint);
				assertThat(finished.attempt()).isEqualTo(record.attempt);
				assertThat(finished.remaining()).isEqualTo(Duration.between(this.now, record.expiresAt));
			});
		}
		else if (record.token.equals(claim.ownership().token())) {
			assertThat(answer).isEqualTo(new ClaimResult.Acquired(record.attempt, record.fence));
		}
		else if (record.state(this.now) == State.ABANDONED) {
			assertThat(answer).isEqualTo(new ClaimResult.Abandoned(record.token, record.fingerprint, record.attempt,
					record.fence, record.claimedAt.plus(offset(key))));
		}
		else {
			assertThat(answer).isEqualTo(new ClaimResult.InProgress(record.fingerprint));
		}
	}

	private void acquired(Claim claim, @Nullable ModelRecord former, ClaimResult answer) {
		RecordKey key = claim.ownership().key();
		assertThat(answer).isInstanceOf(ClaimResult.Acquired.class);
		ClaimResult.Acquired acquired = (ClaimResult.Acquired) answer;
		Set<Long> possible = new HashSet<>();
		possible.add((former != null) ? former.attempt + 1 : 1);
		if (former != null && former.mayBeGone(this.now)) {
			possible.add(1L);
		}
		assertThat(acquired.attempt()).isIn(possible);
		List<Long> earlier = this.fences.computeIfAbsent(key, (same) -> new ArrayList<>());
		assertThat(earlier).allMatch((fence) -> fence < acquired.fencingToken());
		earlier.add(acquired.fencingToken());
		this.owners.computeIfAbsent(key, (same) -> new ArrayList<>()).add(claim.ownership());
		this.model.put(key, new ModelRecord(claim, acquired.attempt(), acquired.fencingToken(), this.now));
	}

	private void complete(Ownership owner, Duration ttl) {
		String text = "outcome " + this.outcomes++;
		ModelRecord record = this.model.get(owner.key());
		boolean mine = record != null && record.isInProgressOf(owner.token());
		OwnershipResult answer = this.store.complete(owner, result(text), ttl);
		if (mine) {
			record.finish(owner.token(), text, ttl, this.now);
			adoptExpiry(owner.key(), record, ttl);
		}
		compare(record, answer, mine || (record != null && record.isFinishedBy(owner.token())));
	}

	private void release(Ownership owner) {
		ModelRecord record = this.model.get(owner.key());
		boolean mine = record != null && record.isInProgressOf(owner.token());
		OwnershipResult answer = this.store.release(owner);
		if (mine) {
			record.release(owner.token());
			assertThat(answer).isEqualTo(OwnershipResult.CONFIRMED);
		}
		else {
			compare(record, answer, record != null && record.isReleasedBy(owner.token()));
		}
	}

	private void abandon(Ownership owner) {
		ModelRecord record = this.model.get(owner.key());
		boolean mine = record != null && record.isInProgressOf(owner.token());
		compare(record, this.store.abandon(owner), mine);
		if (mine && record.leaseUntil.isAfter(this.now)) {
			record.leaseUntil = this.now;
		}
	}

	private void renew(Ownership owner, Duration lease) {
		Map<Ownership, Duration> leases = new LinkedHashMap<>();
		this.owners.forEach((key, all) -> leases.put(all.get(all.size() - 1), lease.multipliedBy(2)));
		leases.put(owner, lease);
		Set<Ownership> expected = new HashSet<>();
		leases.forEach((each, duration) -> {
			ModelRecord record = this.model.get(each.key());
			if (record != null && record.isInProgressOf(each.token())) {
				record.leaseUntil = this.now.plus(duration);
			}
			else {
				expected.add(each);
			}
		});
		assertThat(this.store.renew(leases)).containsExactlyInAnyOrderElementsOf(expected);
	}

	private void reserve(Ownership seen, Duration lease) {
		ModelRecord record = this.model.get(seen.key());
		boolean free = record != null && record.state(this.now) == State.ABANDONED
				&& record.isInProgressOf(seen.token());
		compare(record, this.store.reserve(seen, lease), free);
		if (free) {
			record.leaseUntil = this.now.plus(lease);
		}
	}

	private void settle(RecordKey key, long fence, Duration ttl, boolean reopen) {
		String text = "settled " + this.outcomes++;
		ModelRecord record = this.model.get(key);
		boolean open = record != null && record.state(this.now) == State.ABANDONED && record.fence == fence;
		Settlement settlement = reopen ? new Settlement.Reopen() : new Settlement.Finish(result(text), ttl);
		OwnershipResult answer = this.store.settle(key, fence, settlement);
		assertThat(answer).isEqualTo(open ? OwnershipResult.CONFIRMED : OwnershipResult.LOST);
		if (open && reopen) {
			record.release(UUID.randomUUID());
		}
		else if (open) {
			record.finish(UUID.randomUUID(), text, ttl, this.now);
			adoptExpiry(key, record, ttl);
		}
	}

	private void forget(RecordKey key, long fence) {
		ModelRecord record = this.model.get(key);
		boolean done = record != null && record.stored != State.IN_PROGRESS && record.fence == fence;
		OwnershipResult answer = this.store.forget(key, fence);
		compare(record, answer, done);
		if (done) {
			this.model.remove(key);
		}
	}

	private void purge(int limit) {
		int purged = this.store.purge(limit);
		assertThat(purged).isBetween(0, limit);
		if (purged < limit) {
			this.model.values().removeIf((record) -> record.mayBeGone(this.now));
		}
	}

	private void compare(@Nullable ModelRecord record, OwnershipResult answer, boolean done) {
		if (done && record != null && record.mayBeGone(this.now)) {
			return;
		}
		assertThat(answer).isEqualTo(done ? OwnershipResult.CONFIRMED : OwnershipResult.LOST);
	}

	private void compare(RecordKey key) {
		ModelRecord record = this.model.get(key);
		Optional<IdempotencyRecord> found = this.store.find(key);
		if (record == null) {
			assertThat(found).isEmpty();
		}
		else if (found.isPresent() || !record.mayBeGone(this.now)) {
			assertThat(found).hasValueSatisfying((actual) -> {
				assertThat(actual.state()).isEqualTo(record.state(this.now));
				assertThat(actual.attempt()).isEqualTo(record.attempt);
				assertThat(actual.fencingToken()).isEqualTo(record.fence);
				assertThat(actual.claimedAt()).isEqualTo(record.claimedAt.plus(offset(key)));
				assertThat(actual.expiresAt()).isEqualTo(record.expiresAt.plus(offset(key)));
				assertThat(actual.leaseUntil())
					.isEqualTo((record.stored == State.IN_PROGRESS) ? record.leaseUntil.plus(offset(key)) : null);
			});
		}
	}

	private void compareAbandoned() {
		List<Long> abandoned = this.model.values()
			.stream()
			.filter((each) -> each.state(this.now) == State.ABANDONED)
			.map((each) -> each.fence)
			.toList();
		assertThat(this.store.countAbandoned()).isEqualTo(abandoned.size());
		assertThat(this.store.findAbandoned(10)).extracting(AbandonedAttempt::fencingToken)
			.containsExactlyInAnyOrderElementsOf(abandoned);
	}

	/** An outcome may go up to a hundredth of its ttl early. */
	private void adoptExpiry(RecordKey key, ModelRecord record, Duration ttl) {
		this.store.find(key).ifPresent((found) -> {
			Instant expiresAt = found.expiresAt().minus(offset(key));
			assertThat(expiresAt).isBetween(record.expiresAt.minus(ttl.dividedBy(100)), record.expiresAt);
			record.expiresAt = expiresAt;
		});
	}

	/** How far the clock of the store is ahead of that of the model: always the same. */
	private Duration offset(RecordKey key) {
		if (this.offset == null) {
			this.offset = Duration.between(this.model.get(key).claimedAt,
					this.store.find(key).orElseThrow().claimedAt());
		}
		return this.offset;
	}

}
