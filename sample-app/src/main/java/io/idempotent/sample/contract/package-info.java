/**
 * The application's own business: contract calls, each of them sent once.
 */
@NullMarked
package io.idempotent.sample.contract;

import org.jspecify.annotations.NullMarked;
