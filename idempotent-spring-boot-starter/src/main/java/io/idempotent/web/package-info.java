/**
 * The header {@code Idempotency-Key} in front of web handlers: keys that clients send,
 * claimed before the handler is called, and answers that are recorded and replayed byte
 * by byte. Also operations that clients run by name. With {@code client} the only room
 * that knows a status code.
 */
@NullMarked
package io.idempotent.web;

import org.jspecify.annotations.NullMarked;
