/**
 * The sample application: {@code contract} calls a simulated {@code chain} at most once,
 * by a key that the request itself has. The others take the key that the client sends.
 */
@NullMarked
package io.idempotent.sample;

import org.jspecify.annotations.NullMarked;
