package io.idempotent;

/**
 * How the record relates to the transaction of the business method.
 */
public enum TransactionMode {

	/** As {@code idempotent.transaction} says. */
	DEFAULT,

	/**
	 * The claim is durable before the method starts, on a connection of its own, and the
	 * outcome is recorded after the surrounding transaction, if any, has ended.
	 */
	INDEPENDENT,

	/**
	 * Claim, business writes and outcome commit or vanish together, in the transaction
	 * that the method asks for or, if it says nothing, a required one. Exactly once, for
	 * effects in the database that holds the records.
	 */
	JOIN

}
