package io.idempotent.engine.outcome;

/**
 * In place of a result: the operation has finished, but what it came to cannot be given
 * again.
 *
 * @param reason a sentence for whoever asks for it
 */
public record UnavailableResult(String reason) {

}
