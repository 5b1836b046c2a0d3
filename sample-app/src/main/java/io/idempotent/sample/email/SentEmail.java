package io.idempotent.sample.email;

import java.time.Instant;

/**
 * An email that the mail server has taken. One that it took twice is there twice.
 */
record SentEmail(String messageId, String recipient, String subject, Instant sentAt) {

}
