package io.idempotent.autoconfigure;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;

import io.idempotent.AbandonedPolicy;
import io.idempotent.IdempotencyTemplate;
import io.idempotent.IdempotentResult;
import io.idempotent.InProgressPolicy;
import io.idempotent.ThrowingCallback;
import io.idempotent.TransactionMode;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ParameterizedTypeReference;

/**
 * Just runs the code: the template of {@code idempotent.enabled=false}. Long for its many
 * settings, none of which means anything.
 */
final class UnguardedTemplate implements IdempotencyTemplate {

	@Override
	public Call operation(String name) {
		return new UnguardedCall();
	}

	private static final class UnguardedCall implements Call {

		@Override
		public Call key(@Nullable Object key) {
			return this;
		}

		@Override
		public Call scope(String scope) {
			return this;
		}

		@Override
		public Call payload(@Nullable Object... payload) {
			return this;
		}

		@Override
		public Call ttl(Duration ttl) {
			return this;
		}

		@Override
		public Call lease(Duration lease) {
			return this;
		}

		@Override
		public Call onInProgress(InProgressPolicy policy) {
			return this;
		}

		@Override
		public Call waitTimeout(Duration timeout) {
			return this;
		}

		@Override
		public Call onAbandoned(AbandonedPolicy policy) {
			return this;
		}

		@Override
		public Call recordFailures(Collection<Class<? extends Throwable>> types) {
			return this;
		}

		@Override
		public Call unknownFailures(Collection<Class<? extends Throwable>> types) {
			return this;
		}

		@Override
		public Call transaction(TransactionMode mode) {
			return this;
		}

		@Override
		public <T extends @Nullable Object> Executable<T> returning(Class<T> type) {
			return new UnguardedExecutable<>();
		}

		@Override
		public <T extends @Nullable Object> Executable<T> returning(ParameterizedTypeReference<T> type) {
			return new UnguardedExecutable<>();
		}

	}

	private static final class UnguardedExecutable<T extends @Nullable Object> implements Executable<T> {

		@Override
		public <X extends Throwable> IdempotentResult<T> executeForResult(ThrowingCallback<T, X> callback) throws X {
			return new IdempotentResult<>(callback.call(), false, 1, Instant.now());
		}

	}

}
