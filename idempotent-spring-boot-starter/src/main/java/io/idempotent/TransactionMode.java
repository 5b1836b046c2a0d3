package io.idempotent;

/**
 * How the record relates to the transaction of the business method.
 */
public enum TransactionMode {

	/** As {@code idempotent.transaction} says. */
	DEFAULT,

	/**
	 * The claim is durable before the method starts, on a connection of its own, and the
	 * outcome follows the transaction that the caller has, if any: recorded after its
	 * commit. <strong>Its rollback opens the record again, and the next call runs the
	 * method once more</strong>, with all that it does outside of that transaction.
	 */
	INDEPENDENT,

	/**
	 * As INDEPENDENT, but the method runs outside of the transaction that the caller has:
	 * that is suspended meanwhile, and what becomes of it changes nothing about the
	 * outcome. For what cannot be rolled back, such as a payment. The method's own
	 * {@code @Transactional} opens a transaction of its own.
	 */
	DETACHED,

	/**
	 * Claim, business writes and outcome commit or vanish together, in the transaction
	 * that the method asks for or, if it says nothing, a required one. Exactly once, for
	 * effects in the database that holds the records.
	 */
	JOIN

}
