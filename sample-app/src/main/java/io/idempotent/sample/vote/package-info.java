/**
 * Votes, one per user and proposal: a retry gets the tally of its vote, not a refusal.
 */
@NullMarked
package io.idempotent.sample.vote;

import org.jspecify.annotations.NullMarked;
