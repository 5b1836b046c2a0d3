/**
 * The execute API: operations that clients run by name.
 */
@NullMarked
package io.idempotent.web.execute;

import org.jspecify.annotations.NullMarked;
