package io.idempotent.autoconfigure;

import java.time.Duration;

import io.idempotent.engine.IdempotencyEngine;

import org.springframework.context.SmartLifecycle;
import org.springframework.scheduling.concurrent.ExecutorConfigurationSupport;

/**
 * Keeps the application, while it stops, from closing what executions need that still are
 * running: within the time that {@code spring.lifecycle.timeout-per-shutdown-phase}
 * gives, after all that brings new calls has stopped, and before any bean is destroyed.
 */
final class EngineLifecycle implements SmartLifecycle {

	/** After web servers, listeners and the executors of the application. */
	private static final int PHASE = ExecutorConfigurationSupport.DEFAULT_PHASE - 1024;

	private final IdempotencyEngine engine;

	private final Duration timeout;

	private volatile boolean running;

	EngineLifecycle(IdempotencyEngine engine, Duration timeout) {
		this.engine = engine;
		this.timeout = timeout;
	}

	@Override
	public void start() {
		this.running = true;
	}

	@Override
	public void stop(Runnable callback) {
		this.running = false;
		this.engine.stop(this.timeout, callback);
	}

	@Override
	public void stop() {
		this.running = false;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

	/** A context that is paused goes on with what is running. */
	@Override
	public boolean isPauseable() {
		return false;
	}

}
