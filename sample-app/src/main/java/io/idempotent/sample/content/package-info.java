/**
 * Submissions that are accepted for later: 202, once per key.
 */
@NullMarked
package io.idempotent.sample.content;

import org.jspecify.annotations.NullMarked;
