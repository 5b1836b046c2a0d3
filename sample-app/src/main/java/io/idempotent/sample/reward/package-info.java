/**
 * Rewards, minted by an outside system that can be asked what became of a request.
 */
@NullMarked
package io.idempotent.sample.reward;

import org.jspecify.annotations.NullMarked;
