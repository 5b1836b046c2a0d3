/**
 * What an operation is, resolved once: data, and the rules that it has to keep.
 */
@NullMarked
package io.idempotent.engine.operation;

import org.jspecify.annotations.NullMarked;
