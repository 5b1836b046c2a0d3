package io.idempotent.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.idempotent.ThrowingCallback;

/**
 * A method that says when it has been entered and stays inside until it is told what to
 * do.
 */
public final class Blocker<T> implements ThrowingCallback<T, Exception> {

	private final CountDownLatch entered = new CountDownLatch(1);

	private final CompletableFuture<Supplier<T>> answer = new CompletableFuture<>();

	@Override
	public T call() throws Exception {
		this.entered.countDown();
		return this.answer.get(30, TimeUnit.SECONDS).get();
	}

	public void awaitEntered() throws InterruptedException {
		if (!this.entered.await(20, TimeUnit.SECONDS)) {
			throw new AssertionError("the method was not entered");
		}
	}

	public void returns(T value) {
		this.answer.complete(() -> value);
	}

	void fails(RuntimeException failure) {
		this.answer.complete(() -> {
			throw failure;
		});
	}

}
