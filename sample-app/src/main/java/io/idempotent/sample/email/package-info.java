/**
 * Emails, sent through the execute API by a simulated mail server.
 */
@NullMarked
package io.idempotent.sample.email;

import org.jspecify.annotations.NullMarked;
