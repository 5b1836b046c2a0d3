package io.idempotent.store.memory;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import io.idempotent.store.IdempotencyStore;
import io.idempotent.test.IdempotencyStoreContract;

class MemoryIdempotencyStoreTests extends IdempotencyStoreContract {

	private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1);

	@Override
	protected IdempotencyStore createStore() {
		return new MemoryIdempotencyStore(this.nanos::get);
	}

	@Override
	protected void advance(Duration duration) {
		this.nanos.addAndGet(duration.toNanos());
	}

}
