/**
 * Wires everything: properties, auto-configurations and what is said when the start
 * fails. Nobody imports it.
 */
@NullMarked
package io.idempotent.autoconfigure;

import org.jspecify.annotations.NullMarked;
