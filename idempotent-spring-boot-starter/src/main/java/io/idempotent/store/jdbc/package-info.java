/**
 * A store in a table of a relational database. A dialect says how a database words the
 * statements and which protocol claims a record with the fewest round trips.
 */
@NullMarked
package io.idempotent.store.jdbc;

import org.jspecify.annotations.NullMarked;
