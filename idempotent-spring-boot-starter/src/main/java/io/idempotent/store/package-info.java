/**
 * The store SPI and its value types: what a store promises, in words, and the sealed
 * answers it gives.
 */
@NullMarked
package io.idempotent.store;

import org.jspecify.annotations.NullMarked;
