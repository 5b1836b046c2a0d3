/**
 * The state machine of a call: local cache, in-flight executions, claim, run, outcome,
 * leases, transactions; and the seams through which results and payloads are encoded.
 * Usable without AOP.
 */
@NullMarked
package io.idempotent.engine;

import org.jspecify.annotations.NullMarked;
