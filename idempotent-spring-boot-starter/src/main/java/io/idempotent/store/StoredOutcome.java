package io.idempotent.store;

import org.jspecify.annotations.Nullable;

/**
 * A final outcome as it is stored; opaque to the store.
 *
 * @param failure whether it is a recorded failure instead of a result
 * @param format names how the body is encoded, never a class; at most 100 characters
 * @param body the encoded result or failure, null if the format says that there is none
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, never modified, often large
public record StoredOutcome(boolean failure, String format, byte @Nullable [] body) {

}
