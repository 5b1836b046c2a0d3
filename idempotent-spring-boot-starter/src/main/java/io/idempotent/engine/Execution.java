package io.idempotent.engine;

import io.idempotent.store.Ownership;

/**
 * One attempt that this JVM owns.
 *
 * @param call the call that claimed it
 * @param inFlight where duplicates of this JVM wait
 * @param ownership what proves the ownership
 * @param lease its lease
 * @param attempt its number
 * @param fencingToken its fencing token
 */
record Execution(Call call, InFlight inFlight, Ownership ownership, Lease lease, long attempt, long fencingToken) {

}
