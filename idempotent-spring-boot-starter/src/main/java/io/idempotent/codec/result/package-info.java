/**
 * Results and failures as JSON, and what can be replayed from that as it was.
 */
@NullMarked
package io.idempotent.codec.result;

import org.jspecify.annotations.NullMarked;
