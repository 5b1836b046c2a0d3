package io.idempotent.web;

import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

import jakarta.validation.constraints.NotBlank;
import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Counts how often each handler of the tests has run, and holds slow ones.
 */
public abstract class HandlerRuns {

	private final Map<String, AtomicInteger> runs = new ConcurrentHashMap<>();

	private final CountDownLatch entered = new CountDownLatch(1);

	private final CompletableFuture<Boolean> gate = new CompletableFuture<>();

	public record Order(@NotBlank String item, int amount) {
	}

	public record Created(int id, @Nullable String item) {
	}

	public static class DeclinedException extends RuntimeException {

		DeclinedException() {
			super("declined");
		}

	}

	public static class Unwritable {

		/** A failure that would leave it open what a handler has done. */
		public String getText() {
			throw new UncheckedIOException(new InterruptedIOException("cannot be written"));
		}

	}

	/** A body that cannot always be read. */
	public record Fragile(String item) {

		public Fragile {
			if (item.equals("broken")) {
				throw new UncheckedIOException(new InterruptedIOException("cannot be read"));
			}
		}

	}

	public int run(String name) {
		return this.runs.computeIfAbsent(name, (key) -> new AtomicInteger()).incrementAndGet();
	}

	public int runs(String name) {
		return this.runs.getOrDefault(name, new AtomicInteger()).get();
	}

	/** A slow handler has been called. */
	public void enter() {
		this.entered.countDown();
	}

	/** Waits until a slow handler has been called. */
	public void awaitEntered() throws InterruptedException {
		assertThat(this.entered.await(20, TimeUnit.SECONDS)).isTrue();
	}

	/** Lets slow handlers return. */
	public void open() {
		this.gate.complete(true);
	}

	public CompletableFuture<Boolean> gate() {
		return this.gate;
	}

	public void awaitOpen() throws InterruptedException {
		try {
			this.gate.get(20, TimeUnit.SECONDS);
		}
		catch (ExecutionException | TimeoutException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
