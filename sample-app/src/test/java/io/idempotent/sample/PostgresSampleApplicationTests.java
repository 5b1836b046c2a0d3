package io.idempotent.sample;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.ActiveProfiles;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The same on PostgreSQL, and with a second node.
 */
@ActiveProfiles("postgres")
@DirtiesContext // closed before the server, which stops with the JVM
class PostgresSampleApplicationTests extends SampleApplicationTests {

	private static EmbeddedPostgres server;

	@DynamicPropertySource
	static void startServer(DynamicPropertyRegistry properties) throws IOException {
		server = EmbeddedPostgres.builder().setServerConfig("listen_addresses", "127.0.0.1").start();
		properties.add("spring.datasource.url", PostgresSampleApplicationTests::url);
		properties.add("spring.datasource.username", () -> "postgres");
	}

	private static String url() {
		return server.getJdbcUrl("postgres", "postgres");
	}

	@Override
	List<String> anotherNode(Path dataDir) {
		return List.of("--server.port=0", "--spring.profiles.active=postgres", "--spring.datasource.url=" + url(),
				"--spring.datasource.username=postgres");
	}

	@Test
	void aRetryThatReachesAnotherNodeGetsTheSameReceipt(@TempDir Path unused) {
		Answer first = submit(MINT);
		Answer retry = submitToAnApplicationOfItsOwn(unused);
		assertThat(retry.isReplayed()).isTrue();
		assertThat(retry.receipt()).isEqualTo(first.receipt());
		assertThat(received()).hasSize(1);
	}

}
