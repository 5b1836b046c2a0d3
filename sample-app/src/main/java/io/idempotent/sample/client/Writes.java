package io.idempotent.sample.client;

import org.springframework.web.client.RestClient;

/**
 * One kind of writes, and where their effects are to be seen.
 */
interface Writes {

	/**
	 * Sends one of them, until there is an answer.
	 * @param number which one
	 */
	Answer send(int number);

	/**
	 * Asks the server how many of them have happened.
	 * @param server a client without a bad network in between
	 */
	long effects(RestClient server);

	/**
	 * What became of a write.
	 *
	 * @param right whether the answer belongs to this write
	 * @param replayed whether the server answered from its record
	 */
	record Answer(boolean right, boolean replayed) {

	}

}
