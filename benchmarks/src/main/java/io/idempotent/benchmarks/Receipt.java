package io.idempotent.benchmarks;

import java.time.Instant;

/**
 * What the operations return.
 *
 * @param transactionHash some text
 * @param workflowId the key
 * @param blockNumber a number
 * @param acceptedAt a time
 */
public record Receipt(String transactionHash, String workflowId, long blockNumber, Instant acceptedAt) {

	/**
	 * Makes a receipt.
	 * @param workflowId the key
	 * @return the receipt
	 */
	public static Receipt of(String workflowId) {
		return new Receipt("0x195e280a6c8883b8bc715d609cbcc5e9", workflowId, 1, Instant.EPOCH);
	}

}
