/**
 * A store in the memory of one JVM: for tests, and for applications of which only one
 * instance runs and whose records may die with it.
 */
@NullMarked
package io.idempotent.store.memory;

import org.jspecify.annotations.NullMarked;
