package io.idempotent;

import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;

import org.jspecify.annotations.Nullable;

/**
 * The attempt that the current thread executes.
 * <p>
 * Bound to the thread that runs the method, not inherited by others. {@link #wrap} takes
 * it along to another thread; where Micrometer's context propagation is present, all that
 * uses it does so as well, such as Spring's {@code ContextPropagatingTaskDecorator}. In
 * the context of a {@code Mono} or {@code Flux} that the method returns it stands under
 * {@code IdempotencyContext.class}.
 *
 * @param scope the scope, {@code ""} is nobody's
 * @param operation the name of the operation
 * @param key the key as given: do not log it
 * @param attempt the number of the attempt, from 1
 * @param fencingToken a number that only grows with every attempt of the record: a
 * resource that remembers the highest it has seen can refuse an owner that was taken over
 */
public record IdempotencyContext(String scope, String operation, String key, long attempt, long fencingToken) {

	private static final ThreadLocal<@Nullable IdempotencyContext> CURRENT = new ThreadLocal<>();

	/**
	 * Returns the innermost attempt that the current thread executes.
	 * @return the context, empty outside of an idempotent method; with
	 * {@code idempotent.enabled=false} that of a first attempt, empty if the call has no
	 * key
	 */
	public static Optional<IdempotencyContext> current() {
		return Optional.ofNullable(CURRENT.get());
	}

	/**
	 * Returns a key for a call to another system, equal on every attempt of this record:
	 * a retry of this operation is a retry over there as well.
	 * @param downstream a name for the call, such as {@code "stripe"}
	 * @return the derived key, a UUID
	 */
	public String keyFor(String downstream) {
		return DerivedKey.of(this.scope, this.operation, this.key, downstream);
	}

	/**
	 * Runs the callback with this context bound to the current thread, and binds the
	 * former one again.
	 * @param <T> the type of the result
	 * @param <X> the type of what the callback may throw
	 * @param callback what to run
	 * @return what the callback returns
	 * @throws X what the callback throws
	 */
	public <T extends @Nullable Object, X extends Throwable> T call(ThrowingCallback<T, X> callback) throws X {
		IdempotencyContext former = CURRENT.get();
		CURRENT.set(this);
		try {
			return callback.call();
		}
		finally {
			bind(former);
		}
	}

	/**
	 * Returns a task that runs with this context on whatever thread it is given to.
	 * @param task the task
	 * @return the same task with this context
	 */
	public Runnable wrap(Runnable task) {
		return () -> call(() -> {
			task.run();
			return true;
		});
	}

	/**
	 * Returns a task that runs with this context on whatever thread it is given to.
	 * @param <T> the type of the result
	 * @param task the task
	 * @return the same task with this context
	 */
	public <T extends @Nullable Object> Callable<T> wrap(Callable<T> task) {
		return () -> this.<T, Exception>call(task::call);
	}

	/**
	 * Returns an executor whose tasks run with this context.
	 * @param executor where they run
	 * @return the same executor with this context
	 */
	public Executor wrap(Executor executor) {
		return (task) -> executor.execute(wrap(task));
	}

	/**
	 * Binds a context to the current thread, or none.
	 */
	static void bind(@Nullable IdempotencyContext context) {
		if (context != null) {
			CURRENT.set(context);
		}
		else {
			CURRENT.remove();
		}
	}

	@Override
	public String toString() {
		return "attempt %s of operation '%s', key %s".formatted(this.attempt, this.operation, MaskedKey.of(this.key));
	}

}
