/**
 * Who may call what, and where the API description says so.
 */
@NullMarked
package io.idempotent.sample.security;

import org.jspecify.annotations.NullMarked;
