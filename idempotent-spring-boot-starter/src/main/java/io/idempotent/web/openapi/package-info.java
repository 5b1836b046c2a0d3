/**
 * What the guard adds to OpenAPI descriptions.
 */
@NullMarked
package io.idempotent.web.openapi;

import org.jspecify.annotations.NullMarked;
