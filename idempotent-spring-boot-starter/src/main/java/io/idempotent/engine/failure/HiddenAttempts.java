package io.idempotent.engine.failure;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Stream;

import org.springframework.context.ApplicationListener;
import org.springframework.core.retry.RetryException;
import org.springframework.core.retry.RetryListener;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.core.retry.Retryable;
import org.springframework.resilience.retry.MethodRetryEvent;

/**
 * Remembers what the attempts before the last one failed with, where a retry lets only
 * the failure of the last one out. The failure is marked, not the thread, so that it is
 * recognised wherever it arrives.
 */
public final class HiddenAttempts {

	/** More than a method is repeated, if it is called once. */
	private static final int MAX_ATTEMPTS = 1_000;

	private static final ConcurrentMap<Throwable, Collection<Throwable>> BEFORE = Marks.create();

	private HiddenAttempts() {
	}

	/**
	 * What failed before the attempt that failed with this.
	 */
	static Stream<Throwable> before(Throwable last) {
		return BEFORE.getOrDefault(last, List.of()).stream();
	}

	private static void hide(Throwable last, Collection<Throwable> before) {
		// what refers to its own key would never be forgotten
		List<Throwable> others = before.stream().filter((failure) -> failure != last).toList();
		if (!others.isEmpty()) {
			BEFORE.put(last, others);
		}
	}

	private static void hide(RetryException exhausted) {
		hide(exhausted.getCause(), List.of(exhausted.getSuppressed()));
	}

	/**
	 * Listens to methods that are {@code @Retryable}, blocking and reactive ones, and to
	 * the interceptors of Spring that do the same without the annotation.
	 */
	public static final class OfMethods implements ApplicationListener<MethodRetryEvent> {

		private final ConcurrentMap<Object, ArrayDeque<Throwable>> attempts = Marks.create();

		@Override
		public void onApplicationEvent(MethodRetryEvent event) {
			// of a publisher, which can be subscribed to at the same time by others
			ArrayDeque<Throwable> failures = this.attempts.computeIfAbsent(event.getSource(),
					(invocation) -> new ArrayDeque<>());
			synchronized (failures) {
				if (event.isRetryAborted()) {
					hide(event.getFailure(), failures);
					if (event.getFailure() instanceof RetryException exhausted) {
						hide(exhausted.getCause(), failures);
					}
				}
				else {
					if (failures.size() == MAX_ATTEMPTS) {
						failures.remove();
					}
					failures.add(event.getFailure());
				}
			}
		}

	}

	/**
	 * Listens to a {@code RetryTemplate}, some methods of which throw only the last
	 * failure.
	 */
	public static final class OfTemplates implements RetryListener {

		@Override
		public void onRetryPolicyExhaustion(RetryPolicy policy, Retryable<?> retryable, RetryException exhausted) {
			hide(exhausted);
		}

		@Override
		public void onRetryPolicyTimeout(RetryPolicy policy, Retryable<?> retryable, RetryException exhausted) {
			hide(exhausted);
		}

		@Override
		public void onRetryPolicyInterruption(RetryPolicy policy, Retryable<?> retryable, RetryException exhausted) {
			hide(exhausted);
		}

	}

}
