package io.idempotent.engine.claim;

import java.time.Duration;
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
public final class EngineThreads {

	private static final Logger logger = LoggerFactory.getLogger(EngineThreads.class);

	private static final int MAX_WORKERS = 16;

	/** Many times what a statement takes. */
	private static final long MILLIS_TO_WAIT = 500;

	private final ScheduledExecutorService renewals = scheduler(1);

	private final ScheduledExecutorService scheduler = scheduler(2);

	private final ThreadPoolExecutor workers = new ThreadPoolExecutor(MAX_WORKERS, MAX_WORKERS, 30, TimeUnit.SECONDS,
			new LinkedBlockingQueue<>(), threads());

	private final ExecutorService callers = Executors.newCachedThreadPool(threads());

	public EngineThreads() {
		this.workers.allowCoreThreadTimeOut(true);
	}

	/**
	 * Renews leases: a store that is away keeps nothing else waiting.
	 */
	public ScheduledExecutorService renewals() {
		return this.renewals;
	}

	/**
	 * Repeats later what the store could not take.
	 */
	public ScheduledExecutorService scheduler() {
		return this.scheduler;
	}

	/**
	 * Ask the store about deferred results. Nothing of the application runs on them, so
	 * that they can all be busy only with the store.
	 */
	public ExecutorService workers() {
		return this.workers;
	}

	/**
	 * Run what the application does with a deferred result: as many as it takes, because
	 * it may wait for other ones.
	 */
	public ExecutorService callers() {
		return this.callers;
	}

	/**
	 * Runs the task on a thread of its own once the condition holds, and without it once
	 * the time is over.
	 */
	public void runOnce(BooleanSupplier condition, Duration time, Runnable task) {
		long begin = System.nanoTime();
		execute(this.callers, () -> {
			try {
				while (!condition.getAsBoolean() && System.nanoTime() - begin < time.toNanos()) {
					Thread.sleep(20);
				}
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			finally {
				task.run();
			}
		});
	}

	/**
	 * Runs a task that asks the store on a worker, and waits for it, but only for a
	 * while: the present thread holds the connection of a transaction, which may be the
	 * one that the task is waiting for.
	 */
	public void runBounded(Runnable task) {
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
	public static void execute(Executor executor, Runnable task) {
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
	static ThreadFactory threads() {
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
	 * Takes no new tasks, and interrupts those that renew and repeat.
	 */
	public void shutdown() {
		this.renewals.shutdownNow();
		this.scheduler.shutdownNow();
		this.workers.shutdown();
		this.callers.shutdown();
	}

	/**
	 * Lets them end what they do.
	 * @param until no longer than that, by the system's nanoseconds
	 */
	public void await(long until) {
		try {
			if (!this.scheduler.awaitTermination(until - System.nanoTime(), TimeUnit.NANOSECONDS)
					|| !this.workers.awaitTermination(until - System.nanoTime(), TimeUnit.NANOSECONDS)) {
				logger.debug("A background step is still waiting for the store");
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
