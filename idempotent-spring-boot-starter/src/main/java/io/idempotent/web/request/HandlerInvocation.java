package io.idempotent.web.request;

import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

import io.idempotent.IdempotencyContext;
import io.idempotent.OperationInProgressException;
import io.idempotent.ThrowingCallback;
import io.idempotent.engine.operation.Operation;
import io.idempotent.engine.transaction.CommitFailureListener;
import io.idempotent.web.IdempotencyProblems;
import org.jspecify.annotations.Nullable;

/**
 * The handler of a claimed request: whether it was called, and how that ended. Once it is
 * closed nobody can call it any more.
 */
public final class HandlerInvocation {

	private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.NOT_CALLED);

	private final Operation operation;

	private final Set<Class<? extends Throwable>> recordFailures;

	private final Supplier<IdempotencyContext> context;

	/** The stage in which it was closed. */
	private volatile @Nullable Stage last;

	/** What the handler has thrown, if it decides what follows. */
	private volatile @Nullable Throwable decided;

	private volatile boolean unknown;

	/**
	 * Creates the run.
	 * @param operation what the handler does
	 * @param recordFailures the failures that are outcomes
	 * @param context the attempt; asked when the handler is called
	 */
	HandlerInvocation(Operation operation, Set<Class<? extends Throwable>> recordFailures,
			Supplier<IdempotencyContext> context) {
		this.operation = operation;
		this.recordFailures = recordFailures;
		this.context = context;
	}

	public IdempotencyContext context() {
		return this.context.get();
	}

	/**
	 * Calls the handler; again only if it has failed in a way after which the next
	 * attempt may run, and somebody around it retries.
	 */
	public @Nullable Object call(ThrowingCallback<@Nullable Object, Throwable> handler) throws Throwable {
		enter();
		try {
			Object result = context().call(handler);
			leave();
			return result;
		}
		catch (Throwable failure) {
			leave(failure);
			throw failure;
		}
	}

	/**
	 * The handler is about to be called.
	 * @throws Throwable if it must not be
	 */
	public void enter() throws Throwable {
		Throwable decided = this.decided;
		if (decided != null) {
			throw decided;
		}
		if (!move(Stage.NOT_CALLED, Stage.RUNNING) && !move(Stage.FAILED, Stage.RUNNING)) {
			throw new OperationInProgressException(this.operation.name(), context().key(),
					"This call comes from inside of that very request, or after its end.",
					IdempotencyProblems.RETRY_AFTER);
		}
	}

	/**
	 * The handler has returned, but its work may be done while that is written.
	 */
	public void write() {
		move(Stage.RUNNING, Stage.WRITING);
	}

	/**
	 * The handler has done its work.
	 */
	public void leave() {
		if (!move(Stage.RUNNING, Stage.RETURNED)) {
			move(Stage.WRITING, Stage.RETURNED);
		}
	}

	/**
	 * The handler has failed.
	 */
	public void leave(Throwable failure) {
		boolean recorded = isRecorded(failure);
		this.unknown = !recorded && (this.unknown || this.operation.isUnknownAfter(failure)
				|| CommitFailureListener.isNoticedIn(context()));
		if (recorded || this.unknown) {
			this.decided = failure;
		}
		move(Stage.RUNNING, Stage.FAILED);
	}

	/**
	 * The time for an answer is over: one that is made in place of the handler's says
	 * nothing of what that does.
	 */
	public void timeOut() {
		this.unknown = true;
	}

	/**
	 * Nobody waits for the handler any more.
	 */
	public void cancel() {
		if (!move(Stage.RUNNING, Stage.CANCELLED)) {
			move(Stage.WRITING, Stage.CANCELLED);
		}
	}

	/**
	 * The request has ended.
	 */
	public void close() {
		Stage last = this.stage.getAndSet(Stage.CLOSED);
		if (last != Stage.CLOSED) {
			this.last = last;
		}
	}

	private boolean move(Stage from, Stage to) {
		return this.stage.compareAndSet(from, to);
	}

	private Stage stage() {
		Stage last = this.last;
		return (last != null) ? last : Objects.requireNonNull(this.stage.get());
	}

	boolean isCalled() {
		return stage() != Stage.NOT_CALLED;
	}

	public boolean isWriting() {
		return stage() == Stage.WRITING;
	}

	public boolean isReturned() {
		return stage() == Stage.RETURNED;
	}

	/**
	 * Whether it has neither returned nor failed, although the request has ended.
	 */
	public boolean isInterrupted() {
		return stage() == Stage.CANCELLED || stage() == Stage.RUNNING;
	}

	/**
	 * Whether it has failed or was waited for in vain, and nobody knows what it has done.
	 */
	boolean isUnknown() {
		return this.unknown;
	}

	/**
	 * Whether a failure is an outcome of the handler.
	 */
	boolean isRecorded(Throwable failure) {
		return this.recordFailures.stream().anyMatch((type) -> type.isInstance(failure));
	}

	private enum Stage {

		NOT_CALLED, RUNNING, WRITING, FAILED, RETURNED, CANCELLED, CLOSED

	}

}
