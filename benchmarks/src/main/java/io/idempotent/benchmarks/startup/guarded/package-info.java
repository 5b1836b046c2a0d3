/**
 * The same web application with the starter and one annotation.
 */
@NullMarked
package io.idempotent.benchmarks.startup.guarded;

import org.jspecify.annotations.NullMarked;
