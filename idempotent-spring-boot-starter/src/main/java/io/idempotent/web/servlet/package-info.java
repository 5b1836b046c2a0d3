/**
 * Requests of Spring MVC.
 */
@NullMarked
package io.idempotent.web.servlet;

import org.jspecify.annotations.NullMarked;
