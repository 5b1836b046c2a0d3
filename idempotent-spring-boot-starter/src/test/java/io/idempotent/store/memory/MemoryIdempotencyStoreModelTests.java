package io.idempotent.store.memory;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import io.idempotent.store.IdempotencyStore;
import io.idempotent.test.IdempotencyStoreModel;

class MemoryIdempotencyStoreModelTests extends IdempotencyStoreModel {

	private final AtomicLong nanos = new AtomicLong();

	@Override
	protected IdempotencyStore createStore() {
		return new MemoryIdempotencyStore(this.nanos::get);
	}

	@Override
	protected void advance(Duration duration) {
		this.nanos.addAndGet(duration.toNanos());
	}

}
