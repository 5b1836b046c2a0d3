package io.idempotent.engine;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import io.idempotent.IdempotencyStoreException;
import io.idempotent.store.IdempotencyStore;

/**
 * A store whose verbs fail as a test says: before they take effect, or after it, as when
 * the reply is lost. Counts calls.
 */
public final class FaultyStore {

	private final Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();

	private final Map<String, AtomicInteger> failBefore = new ConcurrentHashMap<>();

	private final Map<String, AtomicInteger> failAfter = new ConcurrentHashMap<>();

	private final Map<String, Runnable> afterwards = new ConcurrentHashMap<>();

	private final IdempotencyStore store;

	public FaultyStore(IdempotencyStore delegate) {
		this.store = (IdempotencyStore) Proxy.newProxyInstance(getClass().getClassLoader(),
				new Class<?>[] { IdempotencyStore.class }, (proxy, method, arguments) -> {
					String verb = method.getName();
					count(this.calls, verb).incrementAndGet();
					failIf(this.failBefore, verb, "away");
					try {
						Object answer = method.invoke(delegate, arguments);
						this.afterwards.getOrDefault(verb, () -> {
						}).run();
						failIf(this.failAfter, verb, "reply lost");
						return answer;
					}
					catch (InvocationTargetException ex) {
						throw ex.getTargetException();
					}
				});
	}

	public IdempotencyStore store() {
		return this.store;
	}

	public int calls(String verb) {
		return count(this.calls, verb).get();
	}

	public FaultyStore failBefore(String verb, int times) {
		count(this.failBefore, verb).set(times);
		return this;
	}

	FaultyStore loseReply(String verb, int times) {
		count(this.failAfter, verb).set(times);
		return this;
	}

	void afterwards(String verb, Runnable action) {
		this.afterwards.put(verb, action);
	}

	private static void failIf(Map<String, AtomicInteger> failures, String verb, String what) {
		if (count(failures, verb).getAndUpdate((left) -> Math.max(left - 1, 0)) > 0) {
			throw new IdempotencyStoreException("test", null, what, null);
		}
	}

	private static AtomicInteger count(Map<String, AtomicInteger> map, String verb) {
		return map.computeIfAbsent(verb, (name) -> new AtomicInteger());
	}

}
