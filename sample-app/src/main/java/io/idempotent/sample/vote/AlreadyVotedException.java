package io.idempotent.sample.vote;

/**
 * The user has voted on this proposal, with another request.
 */
public class AlreadyVotedException extends RuntimeException {

	AlreadyVotedException(String voter, String proposal) {
		super("'%s' has voted on '%s' before.".formatted(voter, proposal));
	}

}
