package io.idempotent.store;

import java.util.UUID;

/**
 * Names one attempt as its owner does.
 *
 * @param key the record
 * @param token the random token of the attempt
 */
public record Ownership(RecordKey key, UUID token) {

}
