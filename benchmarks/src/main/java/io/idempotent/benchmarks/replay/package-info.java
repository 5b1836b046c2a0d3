/**
 * What happens inside of one JVM, by JMH.
 */
@NullMarked
package io.idempotent.benchmarks.replay;

import org.jspecify.annotations.NullMarked;
