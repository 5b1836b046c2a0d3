/**
 * Users, created through the execute API; an email address belongs to one of them.
 */
@NullMarked
package io.idempotent.sample.user;

import org.jspecify.annotations.NullMarked;
