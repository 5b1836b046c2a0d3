/**
 * What guards a request, of Spring MVC and of WebFlux: its key, its user, what is
 * compared, its attempt, and what its answer means.
 */
@NullMarked
package io.idempotent.web.request;

import org.jspecify.annotations.NullMarked;
