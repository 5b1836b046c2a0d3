/**
 * A web application with a table of its own.
 */
@NullMarked
package io.idempotent.benchmarks.startup.plain;

import org.jspecify.annotations.NullMarked;
