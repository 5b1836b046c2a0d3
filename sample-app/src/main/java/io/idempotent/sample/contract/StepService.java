package io.idempotent.sample.contract;

import java.io.IOException;

import io.idempotent.IdempotencyContext;
import io.idempotent.Idempotent;
import io.idempotent.InProgressPolicy;
import io.idempotent.sample.chain.CallRejectedException;
import io.idempotent.sample.chain.Chain;
import io.idempotent.sample.chain.Receipt;

import org.springframework.stereotype.Service;

/**
 * Submits the further steps of a workflow: one per workflow id and contract method.
 */
@Service
public class StepService {

	private final ContractCalls calls;

	private final Chain chain;

	StepService(ContractCalls calls, Chain chain) {
		this.calls = calls;
		this.chain = chain;
	}

	/**
	 * Runs once per workflow id and method. Parallel duplicates wait for the receipt
	 * instead of being rejected.
	 */
	@Idempotent(key = "{#workflowId, #call.method}", operation = "contract.step", onInProgress = InProgressPolicy.WAIT,
			recordFailures = CallRejectedException.class)
	public Receipt submit(String workflowId, ContractCall call) throws IOException {
		String requestId = IdempotencyContext.current().orElseThrow().keyFor("chain");
		this.calls.save(requestId, workflowId, call);
		return this.chain.submit(requestId, workflowId, call.method());
	}

}
