package io.idempotent.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads of one engine, each kind apart from those that could keep it waiting.
 */
final class EngineThreads implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(EngineThreads.class);

	private static final int MAX_WORKERS = 16;

	/** Many times what a statement takes. */
	private static final long MILLIS_TO_WAIT = 500;

	private final ScheduledExecutorService renewals = scheduler(1);

	private final ScheduledExecutorService scheduler = scheduler(2);

	private final ThreadPoolExecutor workers = new ThreadPoolExecutor(MAX_WORKERS, MAX_WORKERS, 30, TimeUnit.SECONDS,
			new LinkedBlockingQueue<>(), threads());

	private final ExecutorService callers = Executors.newCachedThreadPool(threads());

	EngineThreads() {
		this.workers.allowCoreThreadTimeOut(true);
	}

	/**
	 * Renews leases: a store that is away keeps nothing else waiting.
	 */
	ScheduledExecutorService renewals() {
		return this.renewals;
	}

	/**
	 * Repeats later what the store could not take.
	 */
	ScheduledExecutorService scheduler() {
		return this.scheduler;
	}

	/**
	 * Ask the store about deferred results. Nothing of the application runs on them, so
	 * that they can all be busy only with the store.
	 */
	ExecutorService workers() {
		return this.workers;
	}

	/**
	 * Run what the application does with a deferred result: as many as it takes, because
	 * it may wait for other ones.
	 */
	ExecutorService callers() {
		return this.callers;
	}

	/**
	 * Looks every now and then whether the condition holds, and then runs the task.
	 */
	@SuppressWarnings("FutureReturnValueIgnored") // nobody waits for it
	void repeatUntil(BooleanSupplier condition, Runnable task) {
		if (condition.getAsBoolean()) {
			task.run();
			return;
		}
		try {
			this.scheduler.schedule(() -> repeatUntil(condition, task), 20, TimeUnit.MILLISECONDS);
		}
		catch (RejectedExecutionException ex) {
			logger.debug("The engine is closed");
		}
	}

	/**
	 * Runs a task that asks the store on a worker, and waits for it, but only for a
	 * while: the present thread holds the connection of a transaction, which may be the
	 * one that the task is waiting for.
	 */
	void runBounded(Runnable task) {
		CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
		execute(this.workers, () -> {
			try {
				task.run();
			}
			finally {
				done.complete(null);
			}
		});
		boolean interrupted = Thread.interrupted();
		try {
			done.get(MILLIS_TO_WAIT, TimeUnit.MILLISECONDS);
		}
		catch (TimeoutException | ExecutionException ex) {
			logger.debug("An attempt is ended in the background, as its caller holds a connection", ex);
		}
		catch (InterruptedException ex) {
			interrupted = true;
		}
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Runs the task on this thread if the executor does not take it: that the application
	 * stops, or that no thread can be started, is no reason to lose an outcome, or to
	 * keep anybody waiting.
	 */
	static void execute(Executor executor, Runnable task) {
		AtomicBoolean taken = new AtomicBoolean();
		Runnable once = () -> {
			if (taken.compareAndSet(false, true)) {
				task.run();
			}
		};
		try {
			executor.execute(once);
		}
		catch (RejectedExecutionException | OutOfMemoryError ex) {
			if (taken.get()) {
				throw ex;
			}
			once.run();
		}
	}

	private static ScheduledExecutorService scheduler(int size) {
		ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(size, threads());
		scheduler.setRemoveOnCancelPolicy(true);
		return scheduler;
	}

	/**
	 * Threads that inherit nothing from the caller for whom they happen to be started:
	 * they serve others as well.
	 */
	private static ThreadFactory threads() {
		ClassLoader loader = Thread.currentThread().getContextClassLoader();
		AtomicInteger number = new AtomicInteger();
		return (task) -> {
			Thread thread = new Thread(null, task, "idempotent-" + number.incrementAndGet(), 0, false);
			thread.setContextClassLoader(loader);
			thread.setDaemon(true);
			return thread;
		};
	}

	/**
	 * Lets the workers end what they do, and stops the others.
	 */
	@Override
	public void close() {
		this.renewals.shutdownNow();
		this.scheduler.shutdownNow();
		this.workers.shutdown();
		this.callers.shutdown();
		try {
			if (!this.scheduler.awaitTermination(1, TimeUnit.SECONDS)
					|| !this.workers.awaitTermination(1, TimeUnit.SECONDS)) {
				logger.debug("A background step is still waiting for the store");
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
