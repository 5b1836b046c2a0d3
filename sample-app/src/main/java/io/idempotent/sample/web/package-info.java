/**
 * How answers look to HTTP clients.
 */
@NullMarked
package io.idempotent.sample.web;

import org.jspecify.annotations.NullMarked;
