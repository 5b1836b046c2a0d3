package io.idempotent.sample.chain;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.util.Assert;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * Shows what the chain really received, and lets anybody make it misbehave.
 */
@RestController
@RequestMapping("/chain")
class ChainController {

	private final Chain chain;

	ChainController(Chain chain) {
		this.chain = chain;
	}

	@GetMapping("/received")
	Received received(@RequestParam @Nullable String workflowId) {
		List<Receipt> calls = this.chain.received(workflowId);
		return new Received(calls.size(), calls);
	}

	@PutMapping("/behaviour")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void treatNextCall(@RequestBody Behaviour behaviour) {
		this.chain.treatNextCall(behaviour.mode());
	}

	record Received(int count, List<Receipt> calls) {
	}

	record Behaviour(Chain.Mode mode) {

		Behaviour {
			Assert.notNull(mode, "'mode' is missing");
		}

	}

}
