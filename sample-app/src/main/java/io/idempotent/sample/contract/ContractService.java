package io.idempotent.sample.contract;

import java.io.IOException;

import io.idempotent.IdempotencyContext;
import io.idempotent.Idempotent;
import io.idempotent.sample.chain.CallRejectedException;
import io.idempotent.sample.chain.Chain;
import io.idempotent.sample.chain.Receipt;

import org.springframework.stereotype.Service;

/**
 * Submits the contract call of a workflow: one per workflow id.
 */
@Service
public class ContractService {

	private final ContractCalls calls;

	private final Chain chain;

	ContractService(ContractCalls calls, Chain chain) {
		this.calls = calls;
		this.chain = chain;
	}

	/**
	 * Runs once per workflow id; every further call is answered with the same receipt, or
	 * with the same rejection. A timeout leaves open whether the chain has accepted the
	 * call: {@link ChainResolver} finds out when the retry arrives. After any other
	 * failure the retry runs.
	 */
	@Idempotent(key = "#workflowId", operation = "contract.submit", recordFailures = CallRejectedException.class)
	public Receipt submit(String workflowId, ContractCall call) throws IOException {
		// the same on every attempt: a retry finds its own row and its own transaction
		String requestId = IdempotencyContext.current().orElseThrow().keyFor("chain");
		this.calls.save(requestId, workflowId, call);
		return this.chain.submit(requestId, workflowId, call.method());
	}

}
