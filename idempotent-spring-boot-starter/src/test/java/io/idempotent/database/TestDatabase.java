package io.idempotent.database;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.UUID;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.idempotent.store.jdbc.JdbcDialects;
import io.idempotent.store.jdbc.JdbcIdempotencyStore;

import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;

/**
 * The databases that tests run on.
 */
public enum TestDatabase {

	H2, POSTGRESQL, MARIADB,

	/** MariaDB by way of the driver of MySQL, which says that it is MySQL. */
	MYSQL,

	HSQLDB, DERBY;

	/**
	 * Where a database is.
	 *
	 * @param url the JDBC URL
	 * @param user the user
	 * @param password the password
	 */
	public record Address(String url, String user, String password) {

		/** The same by way of another port, such as that of a proxy. */
		public Address at(int port) {
			return new Address(this.url.replaceFirst("//127\\.0\\.0\\.1:\\d+/", "//127.0.0.1:" + port + "/"), this.user,
					this.password);
		}

		/** The port of the server. */
		public int port() {
			return Integer.parseInt(this.url.replaceFirst(".*//127\\.0\\.0\\.1:(\\d+)/.*", "$1"));
		}

		/** The same with something added to the URL. */
		public Address with(String settings) {
			return new Address(this.url + settings, this.user, this.password);
		}

	}

	/**
	 * Creates a new database that is empty.
	 */
	public Address createEmpty() {
		String name = "t" + UUID.randomUUID().toString().replace("-", "");
		return switch (this) {
			case H2 -> new Address("jdbc:h2:mem:" + name + ";DB_CLOSE_DELAY=-1", "sa", "");
			case HSQLDB -> new Address("jdbc:hsqldb:mem:" + name + ";hsqldb.tx=mvcc", "sa", "");
			case DERBY -> new Address("jdbc:derby:memory:" + name + ";create=true", "app", "app");
			case POSTGRESQL -> {
				String server = "jdbc:postgresql://127.0.0.1:" + Servers.postgreSqlPort() + "/";
				execute(new Address(server + "postgres", "postgres", ""), "CREATE DATABASE " + name);
				yield new Address(server + name, "postgres", "");
			}
			case MARIADB, MYSQL -> {
				String server = "jdbc:mariadb://127.0.0.1:" + Servers.mariaDbPort() + "/";
				execute(new Address(server, "root", ""), "CREATE DATABASE " + name);
				yield new Address(((this == MARIADB) ? server : server.replace("mariadb", "mysql")) + name, "root", "");
			}
		};
	}

	/**
	 * Creates a new database that holds the table.
	 */
	public Address create() {
		Address address = createEmpty();
		try (HikariDataSource pool = pool(address, 1)) {
			createTable(pool);
		}
		return address;
	}

	/**
	 * The same at a port, also if the database is usually in this process.
	 */
	public Address createOnServer() {
		Address address = create();
		return (this == H2) ? new Address(address.url().replace("h2:", "h2:tcp://127.0.0.1:" + Servers.h2Port() + "/"),
				address.user(), address.password()) : address;
	}

	/**
	 * A pool of connections to a new database that holds the table.
	 */
	public HikariDataSource pool(int size) {
		return pool(create(), size);
	}

	public HikariDataSource pool(Address address, int size) {
		HikariDataSource pool = new HikariDataSource();
		pool.setJdbcUrl(address.url());
		pool.setUsername(address.user());
		pool.setPassword(address.password());
		pool.setMaximumPoolSize(size);
		pool.setMinimumIdle(1);
		return pool;
	}

	public void createTable(DataSource dataSource) {
		new ResourceDatabasePopulator(script()).execute(dataSource);
	}

	public ClassPathResource script() {
		return new ClassPathResource("io/idempotent/store/jdbc/" + platform() + "/R__idempotency_record.sql");
	}

	public String platform() {
		return name().toLowerCase(Locale.ROOT);
	}

	/**
	 * A store on the table, with what is detected of the database.
	 */
	public JdbcIdempotencyStore store(DataSource dataSource) {
		return new JdbcIdempotencyStore(dataSource, JdbcDialects.detect(dataSource), "idempotency_record");
	}

	/**
	 * The same on a table that is created for it.
	 */
	public JdbcIdempotencyStore createStore(DataSource dataSource) {
		createTable(dataSource);
		return store(dataSource);
	}

	public static void execute(Address address, String sql) {
		try (Connection connection = DriverManager.getConnection(address.url(), address.user(), address.password());
				Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	public static void execute(DataSource dataSource, String sql) {
		try (Connection connection = dataSource.getConnection(); Statement statement = connection.createStatement()) {
			statement.execute(sql);
			if (!connection.getAutoCommit()) {
				connection.commit();
			}
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	public static long number(DataSource dataSource, String sql) {
		try (Connection connection = dataSource.getConnection();
				Statement statement = connection.createStatement();
				ResultSet result = statement.executeQuery(sql)) {
			result.next();
			return result.getLong(1);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
