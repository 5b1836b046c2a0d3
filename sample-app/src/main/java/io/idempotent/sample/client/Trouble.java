package io.idempotent.sample.client;

import java.util.Random;
import java.util.function.IntFunction;

/**
 * What a network does with a request and its answer.
 */
public enum Trouble {

	/** Passes on both. */
	NONE,

	/** Cuts the connection before the request reaches the server. */
	LOST_REQUEST,

	/** Cuts the connection after the server has answered. */
	LOST_ANSWER,

	/** Cuts the connection when the answer is there but for its end. */
	BROKEN_ANSWER,

	/** Passes on the answer late, but in time. */
	SLOW_ANSWER,

	/** Passes on the request when the client has given up. */
	LATE_REQUEST,

	/** Passes on the request twice at the same time, and the answer that comes first. */
	REPEATED_REQUEST;

	/**
	 * Returns a plan in which half of the requests meet no trouble, and the others each
	 * kind of it alike.
	 * @param seed what makes the plan repeatable
	 * @return what becomes of the request of a number
	 */
	public static IntFunction<Trouble> atRandom(long seed) {
		Trouble[] troubles = values();
		Random random = new Random(seed);
		return (request) -> {
			synchronized (random) {
				return random.nextBoolean() ? NONE : troubles[1 + random.nextInt(troubles.length - 1)];
			}
		};
	}

}
