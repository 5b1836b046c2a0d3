package io.idempotent.autoconfigure;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Matches unless {@code idempotent.enabled} is false.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@ConditionalOnSwitch("idempotent.enabled")
@interface ConditionalOnIdempotencyEnabled {

}
