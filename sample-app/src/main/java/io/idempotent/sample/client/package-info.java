/**
 * A client of this application, and the bad network between them: a program of its own,
 * which knows the application by its URLs only.
 */
@NullMarked
package io.idempotent.sample.client;

import org.jspecify.annotations.NullMarked;
