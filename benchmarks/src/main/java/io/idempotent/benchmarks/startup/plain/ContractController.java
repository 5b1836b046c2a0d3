package io.idempotent.benchmarks.startup.plain;

import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/**
 * Takes requests.
 */
@RestController
class ContractController {

	private final ContractService contracts;

	ContractController(ContractService contracts) {
		this.contracts = contracts;
	}

	@PostMapping("/contracts/{workflowId}/calls")
	int submit(@PathVariable String workflowId, @RequestBody String method) {
		return this.contracts.submit(workflowId, method);
	}

}
