/**
 * The start of a web application with the starter against the same without.
 */
@NullMarked
package io.idempotent.benchmarks.startup;

import org.jspecify.annotations.NullMarked;
