package io.idempotent.sample.vote;

import java.util.Map;

/**
 * How many votes each choice of a proposal has.
 */
record Tally(String proposal, Map<String, Long> votes) {

}
