/**
 * How cost and memory grow: one curve each for rows, threads, payloads, results,
 * duplicates, nodes and keys, as tables and plots.
 */
@NullMarked
package io.idempotent.benchmarks.growth;

import org.jspecify.annotations.NullMarked;
