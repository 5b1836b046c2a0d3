/**
 * What an application imports.
 */
@NullMarked
package io.idempotent;

import org.jspecify.annotations.NullMarked;
