package io.idempotent.sample.client;

import java.time.Duration;

/**
 * What became of the writes of one kind.
 *
 * @param writes the kind
 * @param sent how many writes
 * @param effects how many of them have happened, by what the server says
 * @param attempts how many requests the client has sent for them
 * @param replays how many were answered from a record
 * @param right how many got the answer that belongs to them
 * @param slowest the longest time that one took
 */
record Report(String writes, int sent, long effects, int attempts, long replays, long right, Duration slowest) {

}
