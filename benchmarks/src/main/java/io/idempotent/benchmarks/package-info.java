/**
 * Measurements of the targets, each against a reference in the same run: ratios decide,
 * never times. One {@link io.idempotent.benchmarks.Section} per kind of path, and one
 * command, {@link io.idempotent.benchmarks.Benchmarks}.
 */
@NullMarked
package io.idempotent.benchmarks;

import org.jspecify.annotations.NullMarked;
