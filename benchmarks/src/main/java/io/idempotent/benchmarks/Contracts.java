package io.idempotent.benchmarks;

import java.util.concurrent.atomic.AtomicInteger;

import io.idempotent.Idempotent;
import io.idempotent.InProgressPolicy;

/**
 * The operations that are measured: they do next to nothing.
 */
class Contracts {

	static final String SUBMIT = "contract.submit";

	private final AtomicInteger executions = new AtomicInteger();

	@Idempotent(key = "#workflowId", operation = SUBMIT)
	public Receipt submit(String workflowId) {
		this.executions.incrementAndGet();
		return Receipt.of(workflowId);
	}

	/** Takes long enough for many duplicates to come. */
	@Idempotent(key = "#workflowId", operation = "contract.settle", onInProgress = InProgressPolicy.WAIT)
	public Receipt settle(String workflowId) throws InterruptedException {
		this.executions.incrementAndGet();
		Thread.sleep(200);
		return Receipt.of(workflowId);
	}

	// not a field: that of a proxy is null
	public int executions() {
		return this.executions.get();
	}

}
