/**
 * The checks at start: whatever annotation could not be honoured stops the application
 * with a sentence.
 */
@NullMarked
package io.idempotent.interceptor.validation;

import org.jspecify.annotations.NullMarked;
