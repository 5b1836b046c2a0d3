package io.idempotent.test;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.UUID;

import io.idempotent.IdempotencyRecord;
import io.idempotent.store.Claim;
import io.idempotent.store.ClaimResult;
import io.idempotent.store.Fingerprint;
import io.idempotent.store.IdempotencyStore;
import io.idempotent.store.Ownership;
import io.idempotent.store.RecordKey;
import io.idempotent.store.StoredOutcome;
import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Short words for what tests do with a store.
 */
record StoreFixture(IdempotencyStore store) {

	static final Duration LEASE = Duration.ofSeconds(30);

	static final Duration TTL = Duration.ofHours(24);

	static RecordKey key(String key) {
		return new RecordKey("tenant", "contract.submit", key);
	}

	static Ownership owner(RecordKey key) {
		return new Ownership(key, UUID.randomUUID());
	}

	static Fingerprint fingerprint(int seed) {
		byte[] bytes = new byte[32];
		Arrays.fill(bytes, (byte) seed);
		return new Fingerprint(bytes);
	}

	static Claim wish(Ownership owner) {
		return wish(owner, fingerprint(1));
	}

	static Claim wish(Ownership owner, @Nullable Fingerprint fingerprint) {
		return new Claim(owner, fingerprint, LEASE, TTL, null);
	}

	static StoredOutcome result(String text) {
		return new StoredOutcome(false, "json/1", text.getBytes(StandardCharsets.UTF_8));
	}

	ClaimResult claim(Ownership owner) {
		return this.store.claim(wish(owner));
	}

	ClaimResult.Acquired acquire(Ownership owner) {
		return acquire(wish(owner));
	}

	ClaimResult.Acquired acquire(Claim claim) {
		ClaimResult answer = this.store.claim(claim);
		assertThat(answer).isInstanceOf(ClaimResult.Acquired.class);
		return (ClaimResult.Acquired) answer;
	}

	ClaimResult.Acquired takeOver(Ownership owner, Ownership seen) {
		return acquire(wish(owner).takingOver(seen.token()));
	}

	Ownership acquired(RecordKey key) {
		Ownership owner = owner(key);
		acquire(owner);
		return owner;
	}

	Ownership abandoned(RecordKey key) {
		Ownership owner = acquired(key);
		this.store.abandon(owner);
		return owner;
	}

	Ownership completed(RecordKey key, String text) {
		Ownership owner = acquired(key);
		this.store.complete(owner, result(text), TTL);
		return owner;
	}

	/** What a stranger's claim finds. */
	ClaimResult look(RecordKey key) {
		return claim(owner(key));
	}

	String replay(RecordKey key) {
		ClaimResult answer = look(key);
		assertThat(answer).isInstanceOf(ClaimResult.Finished.class);
		byte[] body = ((ClaimResult.Finished) answer).outcome().body();
		assertThat(body).isNotNull();
		return new String(body, StandardCharsets.UTF_8);
	}

	IdempotencyRecord find(RecordKey key) {
		return this.store.find(key).orElseThrow();
	}

	long fence(RecordKey key) {
		return find(key).fencingToken();
	}

}
