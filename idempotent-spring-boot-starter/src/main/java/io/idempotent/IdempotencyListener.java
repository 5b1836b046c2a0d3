package io.idempotent;

/**
 * Is told how each call ended, for audit and metrics.
 * <p>
 * Called exactly once per call, on the thread that ended it, after the decision and with
 * no lock held; within a transaction that surrounds the call a later completion is not
 * reported again. An exception from a listener is logged and changes nothing.
 */
@FunctionalInterface
public interface IdempotencyListener {

	/**
	 * A call has ended.
	 * @param event how
	 */
	void onTerminal(IdempotencyEvent event);

}
