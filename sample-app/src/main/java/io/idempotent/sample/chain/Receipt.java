package io.idempotent.sample.chain;

import java.time.Instant;

/**
 * The proof that the chain has received a call. A call that it received twice has two
 * receipts, which differ in the block number.
 */
public record Receipt(String transactionHash, String workflowId, String method, long blockNumber, Instant acceptedAt) {

}
