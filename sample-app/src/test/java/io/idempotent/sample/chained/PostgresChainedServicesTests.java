package io.idempotent.sample.chained;

import io.idempotent.sample.PostgresServer;

import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.ActiveProfiles;
import org.springframework.test.context.ContextConfiguration;

/**
 * The same with service B on PostgreSQL.
 */
@ActiveProfiles("postgres")
@ContextConfiguration(initializers = PostgresServer.class)
@DirtiesContext // closed before the server, which stops with the JVM
class PostgresChainedServicesTests extends ChainedServicesTests {

}
