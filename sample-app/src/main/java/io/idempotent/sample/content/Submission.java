package io.idempotent.sample.content;

import java.time.Instant;

/**
 * The proof that a content has been accepted, to be reviewed later.
 */
record Submission(long id, String author, String title, Instant submittedAt) {

}
