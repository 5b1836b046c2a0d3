/**
 * What a failure means: whether the operation happened, did not happen, or that is not
 * known.
 */
@NullMarked
package io.idempotent.engine.failure;

import org.jspecify.annotations.NullMarked;
