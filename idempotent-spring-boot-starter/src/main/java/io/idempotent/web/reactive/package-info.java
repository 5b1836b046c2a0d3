/**
 * Requests of WebFlux.
 */
@NullMarked
package io.idempotent.web.reactive;

import org.jspecify.annotations.NullMarked;
