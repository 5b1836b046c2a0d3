package io.idempotent.test;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.idempotent.store.Claim;
import io.idempotent.store.ClaimResult;
import io.idempotent.store.IdempotencyStore;
import io.idempotent.store.Ownership;
import io.idempotent.store.RecordKey;
import io.idempotent.store.StoredOutcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The check of a history finds bugs that are sown into a store. A subclass says how to
 * create the store, which need not be tried with more than one.
 */
public abstract class StoreHistoryCheckContract {

	private static final int OPERATIONS = 20_000;

	/**
	 * Creates the store.
	 * @return an empty store whose clock goes on by itself
	 * @throws Exception if it cannot
	 */
	protected abstract IdempotencyStore createStore() throws Exception;

	@Test
	@Timeout(60)
	void storeWithoutOwnerCheckIsFoundOut() throws Exception {
		StoreHistory history = new HistoryRecorder(withoutOwnerCheck(createStore()), OPERATIONS).record();
		assertThat(history.violations()).anyMatch((sentence) -> sentence.endsWith("is completed by several owners"));
	}

	@Test
	@Timeout(60)
	void storeThatTakesLiveAttemptsIsFoundOut() throws Exception {
		StoreHistory history = new HistoryRecorder(withShorterLease(createStore()), OPERATIONS).record();
		assertThat(history.violations()).anyMatch((sentence) -> sentence.contains("is taken from the live attempt"));
	}

	private static IdempotencyStore withoutOwnerCheck(IdempotencyStore store) {
		Map<RecordKey, Ownership> owners = new ConcurrentHashMap<>();
		return changed(store, (method, arguments) -> {
			if (method.equals("complete")) {
				Ownership owner = (Ownership) arguments[0];
				return store.complete(owners.getOrDefault(owner.key(), owner), (StoredOutcome) arguments[1],
						(Duration) arguments[2]);
			}
			ClaimResult answer = store.claim((Claim) arguments[0]);
			if (answer instanceof ClaimResult.Acquired) {
				Ownership owner = ((Claim) arguments[0]).ownership();
				owners.put(owner.key(), owner);
			}
			return answer;
		});
	}

	private static IdempotencyStore withShorterLease(IdempotencyStore store) {
		return changed(store, (method, arguments) -> {
			if (!method.equals("claim")) {
				return store.complete((Ownership) arguments[0], (StoredOutcome) arguments[1], (Duration) arguments[2]);
			}
			Claim claim = (Claim) arguments[0];
			return store.claim(new Claim(claim.ownership(), claim.fingerprint(), HistoryRecorder.LEASE.dividedBy(4),
					claim.ttl(), claim.takeover()));
		});
	}

	/** The store with another claim and complete. */
	private static IdempotencyStore changed(IdempotencyStore store, Change change) {
		return (IdempotencyStore) Proxy.newProxyInstance(IdempotencyStore.class.getClassLoader(),
				new Class<?>[] { IdempotencyStore.class }, (proxy, method, arguments) -> {
					if (method.getName().equals("claim") || method.getName().equals("complete")) {
						return change.call(method.getName(), arguments);
					}
					try {
						return method.invoke(store, arguments);
					}
					catch (InvocationTargetException ex) {
						throw ex.getCause();
					}
				});
	}

	private interface Change {

		Object call(String method, Object[] arguments);

	}

}
