/**
 * The sample application: {@code contract} calls a simulated {@code chain} at most once,
 * by a key that the request itself has. The others take the key that the client sends;
 * {@code user}, {@code payment} and {@code email} have operations that it calls by name,
 * and {@code client} is such a client.
 */
@NullMarked
package io.idempotent.sample;

import org.jspecify.annotations.NullMarked;
