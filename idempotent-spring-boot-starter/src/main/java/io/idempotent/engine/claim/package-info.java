/**
 * Who may run: admission to a record, the attempt of its owner, leases, and the calls of
 * this JVM that are in flight.
 */
@NullMarked
package io.idempotent.engine.claim;

import org.jspecify.annotations.NullMarked;
