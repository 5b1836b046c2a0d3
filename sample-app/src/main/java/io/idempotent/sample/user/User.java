package io.idempotent.sample.user;

import java.time.Instant;

/**
 * A user of this application, who cannot log in.
 */
record User(long id, String name, String email, Instant createdAt) {

}
