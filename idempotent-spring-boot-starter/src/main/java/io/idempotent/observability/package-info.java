/**
 * Listens to the engine for Micrometer.
 */
@NullMarked
package io.idempotent.observability;

import org.jspecify.annotations.NullMarked;
