/**
 * The canonical form of payloads: what two calls have in common that say the same.
 */
@NullMarked
package io.idempotent.codec.payload;

import org.jspecify.annotations.NullMarked;
