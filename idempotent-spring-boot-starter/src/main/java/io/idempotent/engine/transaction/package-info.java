/**
 * The transactions around and inside of an attempt: did they commit, and is the record
 * part of them.
 */
@NullMarked
package io.idempotent.engine.transaction;

import org.jspecify.annotations.NullMarked;
