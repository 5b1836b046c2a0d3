package io.idempotent.test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import io.idempotent.AbandonedAttempt;
import io.idempotent.IdempotencyRecord;
import io.idempotent.IdempotencyRecord.State;
import io.idempotent.IdempotencyStoreException;
import io.idempotent.store.Claim;
import io.idempotent.store.ClaimResult;
import io.idempotent.store.IdempotencyStore;
import io.idempotent.store.OwnershipResult;
import io.idempotent.store.Ownership;
import io.idempotent.store.RecordKey;
import io.idempotent.store.Settlement;
import io.idempotent.store.StoredOutcome;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static io.idempotent.test.StoreFixture.LEASE;
import static io.idempotent.test.StoreFixture.TTL;
import static io.idempotent.test.StoreFixture.fingerprint;
import static io.idempotent.test.StoreFixture.key;
import static io.idempotent.test.StoreFixture.owner;
import static io.idempotent.test.StoreFixture.result;
import static io.idempotent.test.StoreFixture.wish;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What {@link IdempotencyStore} promises, as tests that every store passes. A subclass
 * says how to create an empty store and how to let its clock go on. One long page, as the
 * promise is one.
 */
public abstract class IdempotencyStoreContract {

	private static final int RUNNERS = 16;

	private static final int ROUNDS = 40;

	private static final Duration MOMENT = Duration.ofMillis(1);

	private final RecordKey key = key("order-4711");

	private IdempotencyStore store;

	private StoreFixture given;

	/**
	 * Creates the store.
	 * @return an empty store
	 * @throws Exception if it cannot
	 */
	protected abstract IdempotencyStore createStore() throws Exception;

	/**
	 * Lets the clock of the store go on. The clock does not move otherwise, or very
	 * little.
	 * @param duration how far
	 */
	protected abstract void advance(Duration duration);

	@BeforeEach
	void create() throws Exception {
		this.store = createStore();
		this.given = new StoreFixture(this.store);
	}

	// claim

	@Test
	void absentRecordIsAcquiredAsFirstAttempt() {
		assertThat(this.given.acquire(owner(this.key)).attempt()).isEqualTo(1);
		assertThat(this.given.find(this.key).state()).isEqualTo(State.IN_PROGRESS);
	}

	@Test
	void liveRecordIsNotAcquired() {
		this.given.acquired(this.key);
		assertThat(this.given.look(this.key)).isEqualTo(new ClaimResult.InProgress(fingerprint(1)));
	}

	@Test
	void liveRecordWhosePayloadIsNotCheckedHasNoFingerprint() {
		this.given.acquire(wish(owner(this.key), null));
		assertThat(this.given.look(this.key)).isEqualTo(new ClaimResult.InProgress(null));
	}

	@Test
	void claimWithAnotherPayloadSeesTheFingerprintOfTheFirst() {
		this.given.acquired(this.key);
		assertThat(this.store.claim(wish(owner(this.key), fingerprint(2))))
			.isEqualTo(new ClaimResult.InProgress(fingerprint(1)));
	}

	@Test
	void finishedRecordAnswersItsOutcome() {
		this.given.completed(this.key, "done");
		IdempotencyRecord record = this.given.find(this.key);
		advance(Duration.ofHours(1));
		assertThat(this.given.look(this.key)).isInstanceOfSatisfying(ClaimResult.Finished.class, (finished) -> {
			assertThat(finished.outcome().failure()).isFalse();
			assertThat(finished.outcome().format()).isEqualTo("json/1");
			assertThat(finished.outcome().body()).asString().isEqualTo("done");
			assertThat(finished.fingerprint()).isEqualTo(fingerprint(1));
			assertThat(finished.attempt()).isEqualTo(1);
			assertThat(finished.completedAt()).isEqualTo(record.completedAt());
			assertThat(finished.remaining()).isBetween(TTL.multipliedBy(99).dividedBy(100).minusHours(1),
					TTL.minusHours(1));
		});
	}

	@Test
	void recordedFailureIsAnsweredAsFailure() {
		Ownership owner = this.given.acquired(this.key);
		this.store.complete(owner, new StoredOutcome(true, "failure/1", new byte[] { 1 }), TTL);
		assertThat(this.given.look(this.key)).isInstanceOfSatisfying(ClaimResult.Finished.class, (finished) -> {
			assertThat(finished.outcome().failure()).isTrue();
			assertThat(finished.outcome().format()).isEqualTo("failure/1");
		});
	}

	@Test
	void noBodyIsNotAnEmptyBody() {
		this.store.complete(this.given.acquired(this.key), new StoredOutcome(false, "void", null), TTL);
		RecordKey other = key("other");
		this.store.complete(this.given.acquired(other), new StoredOutcome(false, "json/1", new byte[0]), TTL);
		assertThat(((ClaimResult.Finished) this.given.look(this.key)).outcome().body()).isNull();
		assertThat(((ClaimResult.Finished) this.given.look(other)).outcome().body()).isEmpty();
	}

	@Test
	void resultOfTwoMegabytesIsReplayed() {
		String text = "0123456789abcdef".repeat(2 * 1024 * 1024 / 16);
		this.given.completed(this.key, text);
		assertThat(this.given.replay(this.key)).isEqualTo(text);
	}

	@Test
	void releasedRecordIsAcquiredAsNextAttemptAlsoWithAnotherPayload() {
		this.store.release(this.given.acquired(this.key));
		assertThat(this.given.acquire(wish(owner(this.key), fingerprint(2))).attempt()).isEqualTo(2);
		assertThat(this.given.look(this.key)).isEqualTo(new ClaimResult.InProgress(fingerprint(2)));
	}

	@Test
	void releasedRecordIsNeverReadAsAbandoned() {
		this.store.release(this.given.acquired(this.key));
		advance(LEASE.plus(MOMENT));
		assertThat(this.given.find(this.key).state()).isEqualTo(State.RELEASED);
		assertThat(this.store.countAbandoned()).isZero();
		assertThat(this.store.findAbandoned(10)).isEmpty();
		assertThat(this.given.look(this.key)).isInstanceOf(ClaimResult.Acquired.class);
	}

	@Test
	void finishedRecordIsAcquiredAgainOnceItHasExpired() {
		this.given.completed(this.key, "yesterday");
		advance(TTL);
		this.store.complete(this.given.acquired(this.key), result("today"), TTL);
		assertThat(this.given.replay(this.key)).isEqualTo("today");
	}

	@Test
	void finishedRecordIsReplayedUntilItExpires() {
		this.given.completed(this.key, "yesterday");
		advance(TTL.multipliedBy(98).dividedBy(100));
		assertThat(this.given.replay(this.key)).isEqualTo("yesterday");
	}

	@Test
	void ttlNeverEndsLiveExecution() {
		Ownership owner = owner(this.key);
		this.given.acquire(new Claim(owner, null, Duration.ofHours(2), Duration.ofMinutes(1), null));
		advance(Duration.ofHours(1));
		assertThat(this.given.look(this.key)).isInstanceOf(ClaimResult.InProgress.class);
		assertThat(this.given.find(this.key).state()).isEqualTo(State.IN_PROGRESS);
		assertThat(this.store.complete(owner, result("late"), TTL)).isEqualTo(OwnershipResult.CONFIRMED);
	}

	@Test
	void shortestLeaseIsNotNone() {
		Ownership owner = owner(this.key);
		this.given.acquire(new Claim(owner, null, Duration.ofNanos(999_999), TTL, null));
		advance(MOMENT);
		assertThat(this.given.look(this.key)).isInstanceOf(ClaimResult.Abandoned.class);
	}

	@Test
	void recordIsAbandonedWhenItsLeaseHasEnded() {
		Ownership owner = owner(this.key);
		ClaimResult.Acquired acquired = this.given.acquire(owner);
		IdempotencyRecord record = this.given.find(this.key);
		advance(LEASE);
		assertThat(this.given.look(this.key)).isEqualTo(new ClaimResult.Abandoned(owner.token(), fingerprint(1), 1,
				acquired.fencingToken(), record.claimedAt()));
	}

	@Test
	void abandonedRecordStaysSoBeyondItsTtl() {
		this.given.abandoned(this.key);
		advance(TTL.multipliedBy(3));
		assertThat(this.given.look(this.key)).isInstanceOf(ClaimResult.Abandoned.class);
		assertThat(this.given.find(this.key).state()).isEqualTo(State.ABANDONED);
	}

	@Test
	void abandonedRecordIsTakenOverUnderTheTokenThatWasSeen() {
		Ownership first = owner(this.key);
		ClaimResult.Acquired former = this.given.acquire(first);
		advance(LEASE);
		ClaimResult.Acquired next = this.given.takeOver(owner(this.key), first);
		assertThat(next.attempt()).isEqualTo(2);
		assertThat(next.fencingToken()).isGreaterThan(former.fencingToken());
	}

	@Test
	void ordinaryClaimNeverTakesOver() {
		this.given.abandoned(this.key);
		assertThat(this.given.look(this.key)).isInstanceOf(ClaimResult.Abandoned.class);
		assertThat(this.given.look(this.key)).isInstanceOf(ClaimResult.Abandoned.class);
		assertThat(this.given.find(this.key).attempt()).isEqualTo(1);
	}

	@Test
	void takeoverNamingAnotherTokenIsRefused() {
		Ownership owner = this.given.abandoned(this.key);
		ClaimResult answer = this.store.claim(wish(owner(this.key)).takingOver(UUID.randomUUID()));
		assertThat(answer).isInstanceOfSatisfying(ClaimResult.Abandoned.class,
				(abandoned) -> assertThat(abandoned.token()).isEqualTo(owner.token()));
	}

	@Test
	void takeoverOfLiveAttemptIsRefused() {
		Ownership owner = this.given.acquired(this.key);
		assertThat(this.store.claim(wish(owner(this.key)).takingOver(owner.token())))
			.isInstanceOf(ClaimResult.InProgress.class);
	}

	@Test
	void takeoverOfFinishedAttemptGetsItsOutcome() {
		Ownership owner = this.given.completed(this.key, "done");
		assertThat(this.store.claim(wish(owner(this.key)).takingOver(owner.token())))
			.isInstanceOf(ClaimResult.Finished.class);
	}

	@Test
	void sameAttemptIsTakenOverOnce() {
		Ownership owner = this.given.abandoned(this.key);
		this.given.takeOver(owner(this.key), owner);
		assertThat(this.store.claim(wish(owner(this.key)).takingOver(owner.token())))
			.isInstanceOf(ClaimResult.InProgress.class);
	}

	@Test
	void takenOverAttemptHasLeaseAndPayloadOfItsOwn() {
		Ownership owner = this.given.abandoned(this.key);
		advance(LEASE);
		this.given.acquire(wish(owner(this.key), null).takingOver(owner.token()));
		advance(LEASE.minus(MOMENT));
		assertThat(this.given.look(this.key)).isEqualTo(new ClaimResult.InProgress(null));
	}

	@Test
	void lostReplyOfClaimIsRecognisedAndNotTakenForSomebodyElses() {
		Ownership owner = owner(this.key);
		ClaimResult.Acquired first = this.given.acquire(owner);
		assertThat(this.given.acquire(owner)).isEqualTo(first);
	}

	@Test
	void lostReplyOfClaimIsRecognisedAfterTheLease() {
		Ownership owner = owner(this.key);
		ClaimResult.Acquired first = this.given.acquire(owner);
		advance(LEASE);
		assertThat(this.given.acquire(owner)).isEqualTo(first);
	}

	@Test
	void lostReplyOfTakeoverIsRecognised() {
		Ownership seen = this.given.abandoned(this.key);
		Ownership owner = owner(this.key);
		ClaimResult.Acquired first = this.given.takeOver(owner, seen);
		assertThat(this.given.takeOver(owner, seen)).isEqualTo(first);
	}

	@Test
	void repeatedClaimOfFinishedAttemptGetsItsOutcome() {
		Ownership owner = this.given.completed(this.key, "done");
		assertThat(this.given.claim(owner)).isInstanceOf(ClaimResult.Finished.class);
	}

	@Test
	void repeatedClaimOfAttemptThatWasTakenOverIsRefused() {
		Ownership owner = this.given.abandoned(this.key);
		this.given.takeOver(owner(this.key), owner);
		assertThat(this.given.claim(owner)).isInstanceOf(ClaimResult.InProgress.class);
	}

	@Test
	void timesAreThoseOfTheStore() {
		this.given.acquired(this.key);
		IdempotencyRecord record = this.given.find(this.key);
		assertThat(record.leaseUntil()).isEqualTo(record.claimedAt().plus(LEASE));
		assertThat(record.expiresAt()).isEqualTo(record.claimedAt().plus(TTL));
		advance(Duration.ofSeconds(10));
		RecordKey later = key("later");
		this.given.acquired(later);
		assertThat(Duration.between(record.claimedAt(), this.given.find(later).claimedAt()))
			.isBetween(Duration.ofSeconds(10), Duration.ofSeconds(20));
	}

	@Test
	void fencingTokenGrowsWithEachAttempt() {
		long last = 0;
		for (int i = 1; i <= 20; i++) {
			Ownership owner = owner(this.key);
			ClaimResult.Acquired acquired = this.given.acquire(owner);
			assertThat(acquired.attempt()).isEqualTo(i);
			assertThat(acquired.fencingToken()).isGreaterThan(last);
			last = acquired.fencingToken();
			this.store.release(owner);
		}
	}

	@Test
	void fencingTokenGrowsAcrossExpiryPurgeAndForget() {
		this.given.completed(this.key, "one");
		long first = this.given.fence(this.key);
		advance(TTL);
		this.given.completed(this.key, "two");
		long second = this.given.fence(this.key);
		advance(TTL);
		this.store.purge(10);
		this.given.completed(this.key, "three");
		long third = this.given.fence(this.key);
		this.store.forget(this.key, third);
		advance(MOMENT);
		this.given.completed(this.key, "four");
		assertThat(first).isPositive().isLessThan(second);
		assertThat(third).isGreaterThan(second).isLessThan(this.given.fence(this.key));
	}

	// keys

	@Test
	void keysDifferInCaseAccentsAndTrailingSpace() {
		List<String> keys = List.of("abc", "ABC", "abc ", " abc", "äbc", "ａbc", "ab\u0308c", "abc\t", "0", "00", "");
		for (String each : keys) {
			this.given.completed(key(each), "of '" + each + "'");
		}
		for (String each : keys) {
			assertThat(this.given.replay(key(each))).isEqualTo("of '" + each + "'");
			assertThat(this.given.find(key(each)).key()).isEqualTo(each);
		}
	}

	@Test
	void partsOfTheKeyAreNotJoined() {
		List<RecordKey> keys = List.of(new RecordKey("a", "b", "c"), new RecordKey("", "ab", "c"),
				new RecordKey("ab", "", "c"), new RecordKey("a", "", "bc"), new RecordKey("a:b", "c", "d"),
				new RecordKey("a", "b:c", "d"), new RecordKey("a", "b", "c:d"), new RecordKey("b", "a", "c"));
		for (RecordKey each : keys) {
			assertThat(this.given.acquire(owner(each)).attempt()).isEqualTo(1);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "a", "é", "署", "'", "%", "\\", "\uD83D\uDE80" })
	void longestKeysAreKept(String character) {
		String longest = character.repeat(512 / character.length());
		String shorter = character.repeat(255 / character.length());
		RecordKey one = new RecordKey(shorter, shorter, longest);
		RecordKey other = new RecordKey(shorter, shorter, longest.substring(0, longest.length() - character.length()));
		this.given.completed(one, "one");
		this.given.completed(other, "other");
		assertThat(this.given.replay(one)).isEqualTo("one");
		assertThat(this.given.replay(other)).isEqualTo("other");
		assertThat(this.given.find(one))
			.extracting(IdempotencyRecord::scope, IdempotencyRecord::operation, IdempotencyRecord::key)
			.containsExactly(shorter, shorter, longest);
	}

	// complete

	@Test
	void ownerThatOutlivedItsLeaseUnchallengedMayStillComplete() {
		Ownership owner = this.given.acquired(this.key);
		advance(TTL.multipliedBy(2));
		assertThat(this.store.complete(owner, result("late"), TTL)).isEqualTo(OwnershipResult.CONFIRMED);
		assertThat(this.given.replay(this.key)).isEqualTo("late");
	}

	@Test
	void lateOwnerDoesNotOverwriteItsSuccessor() {
		Ownership late = this.given.abandoned(this.key);
		Ownership successor = owner(this.key);
		this.given.takeOver(successor, late);
		assertThat(this.store.complete(late, result("late"), TTL)).isEqualTo(OwnershipResult.LOST);
		assertThat(this.given.look(this.key)).isInstanceOf(ClaimResult.InProgress.class);
		assertThat(this.store.complete(successor, result("right"), TTL)).isEqualTo(OwnershipResult.CONFIRMED);
		assertThat(this.store.complete(late, result("late"), TTL)).isEqualTo(OwnershipResult.LOST);
		assertThat(this.given.replay(this.key)).isEqualTo("right");
	}

	@Test
	void lostReplyOfCompleteIsRecognisedAndTheFirstOutcomeStays() {
		Ownership owner = this.given.completed(this.key, "first");
		assertThat(this.store.complete(owner, result("second"), TTL)).isEqualTo(OwnershipResult.CONFIRMED);
		assertThat(this.given.replay(this.key)).isEqualTo("first");
	}

	@Test
	void completingWhatIsAbsentOrReleasedIsLost() {
		assertThat(this.store.complete(owner(this.key), result("ghost"), TTL)).isEqualTo(OwnershipResult.LOST);
		assertThat(this.store.find(this.key)).isEmpty();
		Ownership owner = this.given.acquired(this.key);
		this.store.release(owner);
		assertThat(this.store.complete(owner, result("ghost"), TTL)).isEqualTo(OwnershipResult.LOST);
		assertThat(this.given.find(this.key).state()).isEqualTo(State.RELEASED);
	}

	@Test
	void ttlCountsFromCompletion() {
		Ownership owner = this.given.acquired(this.key);
		advance(TTL.dividedBy(2));
		this.store.complete(owner, result("done"), TTL);
		advance(TTL.multipliedBy(9).dividedBy(10));
		assertThat(this.given.replay(this.key)).isEqualTo("done");
		advance(TTL.dividedBy(10));
		assertThat(this.given.look(this.key)).isInstanceOf(ClaimResult.Acquired.class);
	}

	@Test
	void ttlOfTheCompletionReplacesThatOfTheClaim() {
		Ownership owner = this.given.acquired(this.key);
		this.store.complete(owner, result("done"), Duration.ofMinutes(1));
		advance(Duration.ofMinutes(1));
		assertThat(this.given.look(this.key)).isInstanceOf(ClaimResult.Acquired.class);
	}

	// release

	@Test
	void lateOwnerDoesNotReleaseItsSuccessor() {
		Ownership late = this.given.abandoned(this.key);
		Ownership successor = owner(this.key);
		this.given.takeOver(successor, late);
		assertThat(this.store.release(late)).isEqualTo(OwnershipResult.LOST);
		assertThat(this.given.look(this.key)).isInstanceOf(ClaimResult.InProgress.class);
		this.store.complete(successor, result("right"), TTL);
		assertThat(this.store.release(late)).isEqualTo(OwnershipResult.LOST);
		assertThat(this.given.replay(this.key)).isEqualTo("right");
	}

	@Test
	void impatientWaiterCannotReleaseLiveClaim() {
		this.given.acquired(this.key);
		assertThat(this.store.release(owner(this.key))).isEqualTo(OwnershipResult.LOST);
		assertThat(this.given.look(this.key)).isInstanceOf(ClaimResult.InProgress.class);
	}

	@Test
	void lostReplyOfReleaseIsRecognised() {
		Ownership owner = this.given.acquired(this.key);
		assertThat(this.store.release(owner)).isEqualTo(OwnershipResult.CONFIRMED);
		assertThat(this.store.release(owner)).isEqualTo(OwnershipResult.CONFIRMED);
	}

	@Test
	void repeatedReleaseDoesNotReleaseTheNextAttempt() {
		Ownership owner = this.given.acquired(this.key);
		this.store.release(owner);
		this.given.acquired(this.key);
		assertThat(this.store.release(owner)).isEqualTo(OwnershipResult.LOST);
		assertThat(this.given.look(this.key)).isInstanceOf(ClaimResult.InProgress.class);
	}

	@Test
	void finishedAttemptIsNotReleased() {
		Ownership owner = this.given.completed(this.key, "done");
		assertThat(this.store.release(owner)).isEqualTo(OwnershipResult.LOST);
		assertThat(this.given.replay(this.key)).isEqualTo("done");
	}

	@Test
	void ownerThatOutlivedItsLeaseUnchallengedMayStillRelease() {
		Ownership owner = this.given.acquired(this.key);
		advance(LEASE);
		assertThat(this.store.release(owner)).isEqualTo(OwnershipResult.CONFIRMED);
		assertThat(this.given.look(this.key)).isInstanceOf(ClaimResult.Acquired.class);
	}

	@Test
	void releasingWhatIsAbsentIsLost() {
		assertThat(this.store.release(owner(this.key))).isEqualTo(OwnershipResult.LOST);
		assertThat(this.store.find(this.key)).isEmpty();
	}

	// abandon

	@Test
	void abandonEndsTheLeaseAtOnceAndIsRepeatable() {
		Ownership owner = this.given.acquired(this.key);
		assertThat(this.store.abandon(owner)).isEqualTo(OwnershipResult.CONFIRMED);
		assertThat(this.given.look(this.key)).isInstanceOf(ClaimResult.Abandoned.class);
		assertThat(this.store.abandon(owner)).isEqualTo(OwnershipResult.CONFIRMED);
	}

	@Test
	void abandoningAgainDoesNotMoveTheEndOfTheLease() {
		Ownership owner = this.given.abandoned(this.key);
		IdempotencyRecord record = this.given.find(this.key);
		advance(LEASE);
		this.store.abandon(owner);
		assertThat(this.given.find(this.key)).isEqualTo(record);
	}

	@Test
	void ownerThatAbandonedMayStillComplete() {
		Ownership owner = this.given.abandoned(this.key);
		assertThat(this.store.complete(owner, result("found"), TTL)).isEqualTo(OwnershipResult.CONFIRMED);
		assertThat(this.given.replay(this.key)).isEqualTo("found");
	}

	@Test
	void nobodyAbandonsWhatIsNotHis() {
		assertThat(this.store.abandon(owner(this.key))).isEqualTo(OwnershipResult.LOST);
		Ownership late = this.given.abandoned(this.key);
		Ownership successor = owner(this.key);
		this.given.takeOver(successor, late);
		assertThat(this.store.abandon(late)).isEqualTo(OwnershipResult.LOST);
		assertThat(this.given.look(this.key)).isInstanceOf(ClaimResult.InProgress.class);
		this.store.complete(successor, result("right"), TTL);
		assertThat(this.store.abandon(successor)).isEqualTo(OwnershipResult.LOST);
		assertThat(this.given.replay(this.key)).isEqualTo("right");
	}

	// renew

	@Test
	void renewedRecordStaysInProgressBeyondItsTtl() {
		Ownership owner = owner(this.key);
		this.given.acquire(new Claim(owner, fingerprint(1), LEASE, LEASE, null));
		for (int i = 0; i < 10; i++) {
			advance(LEASE.dividedBy(2));
			assertThat(this.store.renew(Map.of(owner, LEASE))).isEmpty();
			this.store.purge(10);
		}
		assertThat(this.given.look(this.key)).isInstanceOf(ClaimResult.InProgress.class);
	}

	@Test
	void renewalRevivesLeaseThatHasEndedUnchallenged() {
		Ownership owner = this.given.acquired(this.key);
		advance(LEASE);
		assertThat(this.store.renew(Map.of(owner, LEASE))).isEmpty();
		assertThat(this.given.look(this.key)).isInstanceOf(ClaimResult.InProgress.class);
	}

	@Test
	void renewalGivesEachItsLeaseAndNamesThoseThatAreLost() {
		Ownership absent = owner(key("absent"));
		Ownership late = this.given.abandoned(key("late"));
		Ownership successor = owner(late.key());
		this.given.takeOver(successor, late);
		Ownership completed = this.given.completed(key("completed"), "done");
		Ownership released = this.given.acquired(key("released"));
		this.store.release(released);
		Ownership live = this.given.acquired(key("live"));
		Map<Ownership, Duration> leases = new LinkedHashMap<>();
		List.of(absent, late, live, completed, successor, released)
			.forEach((owner) -> leases.put(owner, LEASE.multipliedBy(2)));
		assertThat(this.store.renew(leases)).containsExactlyInAnyOrder(absent, late, completed, released);
		advance(LEASE);
		assertThat(this.given.look(live.key())).isInstanceOf(ClaimResult.InProgress.class);
		assertThat(this.given.look(successor.key())).isInstanceOf(ClaimResult.InProgress.class);
		assertThat(this.store.find(absent.key())).isEmpty();
		assertThat(this.given.replay(completed.key())).isEqualTo("done");
		assertThat(this.given.find(released.key()).state()).isEqualTo(State.RELEASED);
	}

	@Test
	void renewalOfNoneIsNothing() {
		assertThat(this.store.renew(Map.of())).isEmpty();
	}

	// reserve

	@Test
	void reservedAttemptIsInProgressUntilTheReservationEnds() {
		Ownership owner = this.given.abandoned(this.key);
		assertThat(this.store.reserve(owner, LEASE)).isEqualTo(OwnershipResult.CONFIRMED);
		assertThat(this.store.claim(wish(owner(this.key)).takingOver(owner.token())))
			.isInstanceOf(ClaimResult.InProgress.class);
		assertThat(this.store.countAbandoned()).isZero();
		advance(LEASE);
		assertThat(this.given.look(this.key)).isInstanceOfSatisfying(ClaimResult.Abandoned.class,
				(abandoned) -> assertThat(abandoned.token()).isEqualTo(owner.token()));
	}

	@Test
	void attemptIsReservedOnceAtATime() {
		Ownership owner = this.given.abandoned(this.key);
		assertThat(this.store.reserve(owner, LEASE)).isEqualTo(OwnershipResult.CONFIRMED);
		assertThat(this.store.reserve(owner, LEASE)).isEqualTo(OwnershipResult.LOST);
		assertThat(this.store.abandon(owner)).isEqualTo(OwnershipResult.CONFIRMED);
		assertThat(this.store.reserve(owner, LEASE)).isEqualTo(OwnershipResult.CONFIRMED);
	}

	@Test
	void onlyAbandonedAttemptUnderTheTokenSeenIsReserved() {
		assertThat(this.store.reserve(owner(this.key), LEASE)).isEqualTo(OwnershipResult.LOST);
		Ownership owner = this.given.acquired(this.key);
		assertThat(this.store.reserve(owner, LEASE)).isEqualTo(OwnershipResult.LOST);
		this.store.abandon(owner);
		assertThat(this.store.reserve(owner(this.key), LEASE)).isEqualTo(OwnershipResult.LOST);
		this.store.complete(owner, result("done"), TTL);
		assertThat(this.store.reserve(owner, LEASE)).isEqualTo(OwnershipResult.LOST);
		assertThat(this.given.replay(this.key)).isEqualTo("done");
	}

	@Test
	void ownerMayStillCompleteWhileItsAttemptIsReserved() {
		Ownership owner = this.given.abandoned(this.key);
		this.store.reserve(owner, LEASE);
		assertThat(this.store.complete(owner, result("found"), TTL)).isEqualTo(OwnershipResult.CONFIRMED);
		assertThat(this.given.replay(this.key)).isEqualTo("found");
	}

	// settle

	@Test
	void settledOutcomeIsReplayedForItsTtlFromThen() {
		this.given.abandoned(this.key);
		long fence = this.given.fence(this.key);
		advance(TTL.multipliedBy(2));
		assertThat(this.store.settle(this.key, fence, new Settlement.Finish(result("settled"), TTL)))
			.isEqualTo(OwnershipResult.CONFIRMED);
		advance(TTL.multipliedBy(98).dividedBy(100));
		assertThat(this.given.replay(this.key)).isEqualTo("settled");
		assertThat(this.given.find(this.key)).extracting(IdempotencyRecord::attempt, IdempotencyRecord::fencingToken)
			.containsExactly(1L, fence);
	}

	@Test
	void settledFailureIsAFailure() {
		this.given.abandoned(this.key);
		this.store.settle(this.key, this.given.fence(this.key),
				new Settlement.Finish(new StoredOutcome(true, "failure/1", null), TTL));
		assertThat(this.given.find(this.key).state()).isEqualTo(State.FAILED);
	}

	@Test
	void reopenedRecordIsReleasedForTheNextAttempt() {
		this.given.abandoned(this.key);
		assertThat(this.store.settle(this.key, this.given.fence(this.key), new Settlement.Reopen()))
			.isEqualTo(OwnershipResult.CONFIRMED);
		assertThat(this.given.find(this.key).state()).isEqualTo(State.RELEASED);
		assertThat(this.given.acquire(wish(owner(this.key), fingerprint(2))).attempt()).isEqualTo(2);
	}

	@Test
	void stalledOwnerDoesNotMistakeTheSettledOutcomeForItsOwn() {
		Ownership stalled = this.given.abandoned(this.key);
		this.store.settle(this.key, this.given.fence(this.key), new Settlement.Finish(result("settled"), TTL));
		assertThat(this.store.complete(stalled, result("mine"), TTL)).isEqualTo(OwnershipResult.LOST);
		assertThat(this.store.renew(Map.of(stalled, LEASE))).containsExactly(stalled);
		assertThat(this.given.replay(this.key)).isEqualTo("settled");
	}

	@Test
	void stalledOwnerDoesNotMistakeTheReopenedRecordForItsOwn() {
		Ownership stalled = this.given.abandoned(this.key);
		this.store.settle(this.key, this.given.fence(this.key), new Settlement.Reopen());
		assertThat(this.store.release(stalled)).isEqualTo(OwnershipResult.LOST);
		assertThat(this.store.complete(stalled, result("mine"), TTL)).isEqualTo(OwnershipResult.LOST);
		assertThat(this.given.find(this.key).state()).isEqualTo(State.RELEASED);
	}

	@Test
	void onlyTheAbandonedAttemptThatWasSeenIsSettled() {
		Settlement settlement = new Settlement.Finish(result("settled"), TTL);
		assertThat(this.store.settle(this.key, 1, settlement)).isEqualTo(OwnershipResult.LOST);
		Ownership first = this.given.acquired(this.key);
		long fence = this.given.fence(this.key);
		assertThat(this.store.settle(this.key, fence, settlement)).isEqualTo(OwnershipResult.LOST);
		this.store.abandon(first);
		assertThat(this.store.settle(this.key, fence + 1, settlement)).isEqualTo(OwnershipResult.LOST);
		Ownership second = owner(this.key);
		this.given.takeOver(second, first);
		this.store.abandon(second);
		assertThat(this.store.settle(this.key, fence, settlement)).isEqualTo(OwnershipResult.LOST);
		this.store.complete(second, result("done"), TTL);
		assertThat(this.store.settle(this.key, this.given.fence(this.key), settlement)).isEqualTo(OwnershipResult.LOST);
		assertThat(this.given.replay(this.key)).isEqualTo("done");
	}

	// forget

	@Test
	void forgottenRecordIsAbsent() {
		this.given.completed(this.key, "done");
		assertThat(this.store.forget(this.key, this.given.fence(this.key))).isEqualTo(OwnershipResult.CONFIRMED);
		assertThat(this.store.find(this.key)).isEmpty();
		assertThat(this.given.acquire(owner(this.key)).attempt()).isEqualTo(1);
	}

	@Test
	void onlyTheFinishedOrReleasedAttemptThatWasSeenIsForgotten() {
		assertThat(this.store.forget(this.key, 1)).isEqualTo(OwnershipResult.LOST);
		Ownership owner = this.given.acquired(this.key);
		long fence = this.given.fence(this.key);
		assertThat(this.store.forget(this.key, fence)).isEqualTo(OwnershipResult.LOST);
		this.store.abandon(owner);
		assertThat(this.store.forget(this.key, fence)).isEqualTo(OwnershipResult.LOST);
		this.store.release(owner);
		assertThat(this.store.forget(this.key, fence + 1)).isEqualTo(OwnershipResult.LOST);
		assertThat(this.given.find(this.key).state()).isEqualTo(State.RELEASED);
		assertThat(this.store.forget(this.key, fence)).isEqualTo(OwnershipResult.CONFIRMED);
		assertThat(this.store.find(this.key)).isEmpty();
	}

	// find and list

	@Test
	void absentRecordIsNotFound() {
		assertThat(this.store.find(this.key)).isEmpty();
	}

	@Test
	void recordIsFoundAsItIs() {
		Ownership owner = owner(this.key);
		ClaimResult.Acquired acquired = this.given.acquire(owner);
		IdempotencyRecord live = this.given.find(this.key);
		assertThat(live).isEqualTo(new IdempotencyRecord("tenant", "contract.submit", "order-4711", State.IN_PROGRESS,
				1, acquired.fencingToken(), live.claimedAt(), live.claimedAt().plus(LEASE), null,
				live.claimedAt().plus(TTL)));
		advance(Duration.ofSeconds(1));
		this.store.complete(owner, result("done"), TTL);
		IdempotencyRecord done = this.given.find(this.key);
		assertThat(done.state()).isEqualTo(State.COMPLETED);
		assertThat(done.leaseUntil()).isNull();
		assertThat(done.claimedAt()).isEqualTo(live.claimedAt());
		assertThat(done.completedAt()).isNotNull().isAfterOrEqualTo(live.claimedAt().plusSeconds(1));
	}

	@Test
	void abandonedAttemptsAreListedOldestFirstAndCounted() {
		List<RecordKey> keys = List.of(key("c"), key("a"), key("d"), key("b"));
		for (RecordKey each : keys) {
			this.given.abandoned(each);
			advance(MOMENT);
		}
		this.given.acquired(key("live"));
		this.given.completed(key("done"), "done");
		this.store.release(this.given.acquired(key("released")));
		assertThat(this.store.countAbandoned()).isEqualTo(4);
		assertThat(this.store.findAbandoned(10)).extracting(AbandonedAttempt::key).containsExactly("c", "a", "d", "b");
		assertThat(this.store.findAbandoned(3)).extracting(AbandonedAttempt::key).containsExactly("c", "a", "d");
		assertThat(this.store.findAbandoned(1)).containsExactly(this.given.find(key("c")).toAttempt());
	}

	// purge

	@Test
	void expiredFinishedAndReleasedRecordsArePurgedInPortions() {
		for (int i = 0; i < 3; i++) {
			this.given.completed(key("done" + i), "done");
			this.store.release(this.given.acquired(key("released" + i)));
		}
		Ownership failed = this.given.acquired(key("failed"));
		this.store.complete(failed, new StoredOutcome(true, "failure/1", null), TTL);
		advance(TTL);
		assertThat(this.store.purge(5)).isEqualTo(5);
		assertThat(this.store.purge(5)).isEqualTo(2);
		assertThat(this.store.purge(5)).isZero();
		assertThat(this.store.find(key("done0"))).isEmpty();
		assertThat(this.store.find(key("released0"))).isEmpty();
		assertThat(this.store.find(key("failed"))).isEmpty();
	}

	@Test
	void nothingIsPurgedBeforeItExpires() {
		this.given.completed(this.key, "done");
		this.store.release(this.given.acquired(key("released")));
		advance(TTL.multipliedBy(98).dividedBy(100));
		assertThat(this.store.purge(10)).isZero();
		assertThat(this.given.replay(this.key)).isEqualTo("done");
		assertThat(this.given.find(key("released")).state()).isEqualTo(State.RELEASED);
	}

	@Test
	void liveRecordIsNeverPurged() {
		Ownership owner = owner(this.key);
		this.given.acquire(new Claim(owner, null, Duration.ofDays(3), Duration.ofMinutes(1), null));
		advance(Duration.ofDays(2));
		assertThat(this.store.purge(10)).isZero();
		assertThat(this.given.look(this.key)).isInstanceOf(ClaimResult.InProgress.class);
	}

	@Test
	void abandonedRecordIsNeverPurged() {
		this.given.abandoned(this.key);
		advance(TTL.multipliedBy(400));
		assertThat(this.store.purge(10)).isZero();
		assertThat(this.given.look(this.key)).isInstanceOf(ClaimResult.Abandoned.class);
	}

	// many at once

	@Test
	void oneOfManyAcquiresAFreshRecord() throws Exception {
		raceForAcquisition((round) -> key("fresh" + round), null);
	}

	@Test
	void oneOfManyAcquiresAnExpiredRecord() throws Exception {
		raceForAcquisition((round) -> {
			this.given.completed(key("expired"), "done");
			advance(TTL);
			return key("expired");
		}, null);
	}

	@Test
	void oneOfManyAcquiresAReleasedRecord() throws Exception {
		raceForAcquisition((round) -> {
			this.store.release(this.given.acquired(key("released" + round)));
			return key("released" + round);
		}, null);
	}

	@Test
	void oneOfManyTakesAnAbandonedAttemptOver() throws Exception {
		UUID seen = UUID.randomUUID();
		raceForAcquisition((round) -> {
			Ownership owner = new Ownership(key("abandoned" + round), seen);
			this.given.acquire(owner);
			this.store.abandon(owner);
			return owner.key();
		}, seen);
	}

	@Test
	void oneOfManyReservesAnAbandonedAttempt() throws Exception {
		try (Race race = new Race(RUNNERS)) {
			for (int round = 0; round < ROUNDS; round++) {
				Ownership owner = this.given.abandoned(key("reserved" + round));
				List<OwnershipResult> answers = race.run((runner) -> () -> this.store.reserve(owner, LEASE));
				assertThat(answers).containsOnlyOnce(OwnershipResult.CONFIRMED);
			}
		}
	}

	@Test
	void ownerAndSuccessorNeverBothComplete() throws Exception {
		try (Race race = new Race(2)) {
			for (int round = 0; round < ROUNDS; round++) {
				Ownership late = this.given.abandoned(key("contested" + round));
				Claim takeover = wish(owner(late.key())).takingOver(late.token());
				List<Boolean> won = race.run((runner) -> () -> (runner == 0)
						? this.store.complete(late, result("late"), TTL) == OwnershipResult.CONFIRMED
						: this.store.claim(takeover) instanceof ClaimResult.Acquired);
				assertThat(won).containsOnlyOnce(true);
			}
		}
	}

	@Test
	void attemptsAndFencingTokensOfManyAreDistinct() throws Exception {
		try (Race race = new Race(RUNNERS)) {
			List<List<ClaimResult.Acquired>> all = race.run((runner) -> () -> {
				List<ClaimResult.Acquired> acquired = new ArrayList<>();
				for (int i = 0; i < ROUNDS; i++) {
					Ownership owner = owner(this.key);
					if (claimUnlessTooManyDo(owner) instanceof ClaimResult.Acquired mine) {
						acquired.add(mine);
						assertThat(this.store.release(owner)).isEqualTo(OwnershipResult.CONFIRMED);
					}
				}
				return acquired;
			});
			List<ClaimResult.Acquired> acquired = all.stream().flatMap(List::stream).toList();
			assertThat(acquired).extracting(ClaimResult.Acquired::attempt).doesNotHaveDuplicates();
			assertThat(acquired).extracting(ClaimResult.Acquired::fencingToken).doesNotHaveDuplicates();
			assertThat(this.given.find(this.key).attempt()).isEqualTo(acquired.size());
		}
	}

	private ClaimResult claimUnlessTooManyDo(Ownership owner) {
		try {
			return this.given.claim(owner);
		}
		catch (IdempotencyStoreException ex) {
			// a store may give up after some lost races
			return new ClaimResult.InProgress(null);
		}
	}

	private void raceForAcquisition(Course course, UUID takeover) throws Exception {
		Set<Long> fencingTokens = new HashSet<>();
		try (Race race = new Race(RUNNERS)) {
			for (int round = 0; round < ROUNDS; round++) {
				RecordKey raced = course.prepare(round);
				List<ClaimResult> answers = race
					.run((runner) -> () -> this.store.claim(new Claim(owner(raced), null, LEASE, TTL, takeover)));
				assertThat(answers).filteredOn(ClaimResult.Acquired.class::isInstance).hasSize(1);
				assertThat(answers).filteredOn(ClaimResult.InProgress.class::isInstance).hasSize(RUNNERS - 1);
				assertThat(this.given.look(raced)).isInstanceOf(ClaimResult.InProgress.class);
				for (ClaimResult answer : answers) {
					if (answer instanceof ClaimResult.Acquired acquired) {
						assertThat(fencingTokens).doesNotContain(acquired.fencingToken());
						fencingTokens.add(acquired.fencingToken());
					}
				}
				advance(LEASE);
				this.store.findAbandoned(1)
					.forEach((attempt) -> this.store.settle(raced, attempt.fencingToken(), new Settlement.Reopen()));
				this.store.forget(raced, this.given.fence(raced));
				advance(MOMENT);
			}
		}
	}

	/** Brings a record into the state that is raced for. */
	private interface Course {

		RecordKey prepare(int round);

	}

}
