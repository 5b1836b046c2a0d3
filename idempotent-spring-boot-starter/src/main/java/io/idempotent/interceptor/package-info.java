/**
 * From the annotation to the engine: what {@code @Idempotent} says is read once per
 * method and bean class, checked at start, and turned into one call of the engine. The
 * interceptor only adapts; nothing is decided here.
 */
@NullMarked
package io.idempotent.interceptor;

import org.jspecify.annotations.NullMarked;
