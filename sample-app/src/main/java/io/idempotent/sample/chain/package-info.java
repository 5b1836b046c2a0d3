/**
 * A simulated blockchain: an outside system that can be told to misbehave.
 */
@NullMarked
package io.idempotent.sample.chain;

import org.jspecify.annotations.NullMarked;
