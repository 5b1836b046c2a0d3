package io.idempotent.engine;

/**
 * Marks a failure that says that the method has no outcome: whatever is configured for
 * failures, the next attempt may run.
 */
public interface NotStarted {

}
