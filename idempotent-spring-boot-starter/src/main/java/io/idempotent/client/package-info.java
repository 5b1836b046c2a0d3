/**
 * Callers of services that honour the header {@code Idempotency-Key}: keys for requests,
 * retries of those that are marked as safe, and a client of the execute API. Only
 * {@link io.idempotent.client.IdempotencyExchangeFilter} needs WebFlux.
 */
@NullMarked
package io.idempotent.client;

import org.jspecify.annotations.NullMarked;
