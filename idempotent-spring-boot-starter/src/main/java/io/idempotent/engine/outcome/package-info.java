/**
 * Outcomes to bytes and back.
 */
@NullMarked
package io.idempotent.engine.outcome;

import org.jspecify.annotations.NullMarked;
