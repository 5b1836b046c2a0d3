/**
 * The sample application: {@code contract} calls a simulated {@code chain} at most once.
 */
@NullMarked
package io.idempotent.sample;

import org.jspecify.annotations.NullMarked;
