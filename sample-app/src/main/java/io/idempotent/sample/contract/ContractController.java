package io.idempotent.sample.contract;

import java.io.IOException;
import java.util.List;

import io.idempotent.InvalidIdempotencyKeyException;
import io.idempotent.sample.chain.Receipt;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/contracts/{workflowId}")
class ContractController {

	private final ContractService contracts;

	private final StepService steps;

	private final ContractCalls calls;

	ContractController(ContractService contracts, StepService steps, ContractCalls calls) {
		this.contracts = contracts;
		this.steps = steps;
		this.calls = calls;
	}

	@PostMapping("/calls")
	Receipt submit(@PathVariable String workflowId, @RequestBody ContractCall call) throws IOException {
		requireWellFormed(workflowId, "contract.submit");
		return this.contracts.submit(workflowId, call);
	}

	@PostMapping("/steps")
	Receipt submitStep(@PathVariable String workflowId, @RequestBody ContractCall call) throws IOException {
		requireWellFormed(workflowId, "contract.step");
		return this.steps.submit(workflowId, call);
	}

	@GetMapping("/calls")
	List<ContractCalls.Row> calls(@PathVariable String workflowId) {
		return this.calls.findByWorkflowId(workflowId);
	}

	/**
	 * What this application wants of a workflow id beyond what the starter wants of a
	 * key, which refuses a blank one itself.
	 */
	private static void requireWellFormed(String workflowId, String operation) {
		if (!workflowId.isBlank() && !workflowId.matches("[A-Za-z0-9._-]{1,64}")) {
			throw new InvalidIdempotencyKeyException(operation, workflowId,
					"a workflow id is 1 to 64 letters, digits, dots, underscores and hyphens", null);
		}
	}

}
