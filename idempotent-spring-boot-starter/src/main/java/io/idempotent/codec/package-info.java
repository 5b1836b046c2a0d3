/**
 * Results and failures as JSON, payloads in canonical form. Neither depends on how the
 * application configures its own JSON.
 */
@NullMarked
package io.idempotent.codec;

import org.jspecify.annotations.NullMarked;
