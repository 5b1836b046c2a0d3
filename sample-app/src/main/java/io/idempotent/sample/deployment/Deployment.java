package io.idempotent.sample.deployment;

import java.time.Instant;

/**
 * A deployment that has been accepted.
 */
record Deployment(long id, String service, String version, Instant deployedAt) {

}
