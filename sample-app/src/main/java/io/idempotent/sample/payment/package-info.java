/**
 * Payments, charged through the execute API by a simulated card network.
 */
@NullMarked
package io.idempotent.sample.payment;

import org.jspecify.annotations.NullMarked;
