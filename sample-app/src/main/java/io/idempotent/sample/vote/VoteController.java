package io.idempotent.sample.vote;

import java.security.Principal;
import java.util.List;

import io.idempotent.Idempotent;
import io.idempotent.sample.security.ApiDescription;
import io.swagger.v3.oas.annotations.security.SecurityRequirement;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/votes")
@SecurityRequirement(name = ApiDescription.BASIC_AUTH)
class VoteController {

	private final VoteService votes;

	VoteController(VoteService votes) {
		this.votes = votes;
	}

	/**
	 * Counts a vote, once per user and key in the header {@code Idempotency-Key}. A retry
	 * gets the tally of then, and a refusal is final too.
	 */
	@PostMapping
	@Idempotent(operation = "vote.cast")
	Tally cast(@RequestBody Vote vote, Principal user) {
		return this.votes.cast(user.getName(), vote);
	}

	@GetMapping
	List<Tally> tallies() {
		return this.votes.tallies();
	}

}
