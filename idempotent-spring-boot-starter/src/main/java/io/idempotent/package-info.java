/**
 * What an application imports: the annotation, the template, the extension points and the
 * exceptions. Depends on the JDK, JSpecify and spring-core only.
 */
@NullMarked
package io.idempotent;

import org.jspecify.annotations.NullMarked;
