/**
 * The contract that every store passes, and support for tests against a database.
 */
@NullMarked
package io.idempotent.test;

import org.jspecify.annotations.NullMarked;
