package io.idempotent.engine.claim;

/**
 * Is told what the background work has done, for metrics.
 */
public interface MaintenanceListener {

	/**
	 * Leases were renewed.
	 * @param count how many
	 */
	default void onRenewed(int count) {
	}

	/**
	 * Expired records were deleted.
	 * @param count how many
	 */
	default void onPurged(int count) {
	}

	/**
	 * Abandoned records were counted.
	 * @param count how many there are
	 */
	default void onAbandonedCounted(long count) {
	}

}
