/**
 * Deployments, of which each user sees the own: 201 with a location, once per key.
 */
@NullMarked
package io.idempotent.sample.deployment;

import org.jspecify.annotations.NullMarked;
