/**
 * Shows and settles records through Actuator.
 */
@NullMarked
package io.idempotent.actuate;

import org.jspecify.annotations.NullMarked;
