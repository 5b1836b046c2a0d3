package io.idempotent.sample.client;

import io.idempotent.sample.PostgresServer;

import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.ActiveProfiles;
import org.springframework.test.context.ContextConfiguration;

/**
 * The same on PostgreSQL.
 */
@ActiveProfiles("postgres")
@ContextConfiguration(initializers = PostgresServer.class)
@DirtiesContext // closed before the server, which stops with the JVM
class PostgresChaosClientTests extends ChaosClientTests {

}
