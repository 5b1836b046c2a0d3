package io.idempotent.autoconfigure;

import java.net.UnknownHostException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransientConnectionException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import javax.sql.DataSource;

import io.idempotent.store.jdbc.MissingPrivilegesException;
import io.idempotent.store.jdbc.MissingTableException;
import io.idempotent.store.jdbc.ReadOnlyDatabaseException;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeanWrapperImpl;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * Says why the database cannot hold the records, and what to do: in the driver's own
 * words, with the address that it was given, without what is secret in it.
 */
final class DatabaseStartFailure {

	private static final List<String> ADDRESS_PROPERTIES = List.of("jdbcUrl", "url", "URL");

	/** What pools, the JDK and Spring Boot say of a URL that no driver accepts. */
	private static final List<String> NO_DRIVER = List.of("claims to not accept jdbcUrl", "No suitable driver",
			"Failed to get driver instance", "Failed to determine a suitable driver class", "must start with \"jdbc\"",
			"\"java.sql.Connection.getMetaData()\"");

	private static final Pattern URL = Pattern.compile("(?:jdbc:)*([^:/]+):/*(.*)");

	/** What others than drivers call databases. */
	private static final Map<String, String> SCHEMES = Map.of("postgres", "postgresql", "pgsql", "postgresql", "psql",
			"postgresql", "maria", "mariadb", "mssql", "sqlserver");

	private DatabaseStartFailure() {
	}

	/**
	 * Explains why the table cannot be used.
	 * @return the explanation, {@code failure} if there is none
	 */
	static RuntimeException of(RuntimeException failure, DataSource dataSource) {
		if (failure instanceof MissingTableException missing) {
			return new IdempotencyConfigurationException(
					"The table '%s' that idempotency records are kept in does not exist, or lacks a column."
						.formatted(missing.tableName()),
					"""
							Do one of these:

							    - Flyway: add 'classpath:io/idempotent/store/jdbc/{vendor}' to 'spring.flyway.locations'. Liquibase: include 'io/idempotent/store/jdbc/changelog.xml' in your changelog. Or take the script '%s' into your migrations.
							    - Set 'idempotent.jdbc.initialize-schema' to 'always' to have it run at start.
							    - Set 'idempotent.jdbc.table-name' if the table has another name or schema."""
						.formatted(IdempotencyProperties.Jdbc.scriptFor(missing.platform())),
					failure);
		}
		if (failure instanceof MissingPrivilegesException denied) {
			return new IdempotencyConfigurationException(
					"The user of the database may not do all that idempotency records need with their table '%s': %s"
						.formatted(denied.tableName(), words(denied)),
					"Let the owner of the table run:\n\n    " + denied.grants()
						.stream()
						.map((grant) -> grant + ";")
						.collect(Collectors.joining("\n    ")),
					failure);
		}
		if (failure instanceof ReadOnlyDatabaseException readOnly) {
			return readOnly(readOnly.tableName(), failure, dataSource);
		}
		return isOfTheConnection(failure) ? unreachable(failure, dataSource) : failure;
	}

	/**
	 * Explains that nothing can be changed in the database.
	 */
	static IdempotencyConfigurationException readOnly(String table, Throwable failure, DataSource dataSource) {
		boolean file = String.valueOf(addressOf(dataSource)).startsWith("jdbc:h2:");
		return new IdempotencyConfigurationException(
				"The table '%s' that idempotency records are kept in cannot be created or changed: the database is read-only%s."
					.formatted(table, file ? "" : ", such as a replica"),
				(file ? "Remove ';ACCESS_MODE_DATA=r' from 'spring.datasource.url', and let the file be writable, or let"
						: "Let")
						+ " the DataSource connect to the primary server. Where there are several, annotate the DataSource of the primary with @IdempotencyDataSource.",
				failure);
	}

	/**
	 * Explains why there is no connection.
	 */
	static IdempotencyConfigurationException unreachable(Throwable failure, DataSource dataSource) {
		FailureAnalysis analysis = unreachable(failure, addressOf(dataSource));
		return new IdempotencyConfigurationException(analysis.getDescription(), String.valueOf(analysis.getAction()),
				failure);
	}

	/**
	 * The same for an address.
	 * @param address the address of the database, null if it is not known
	 */
	static FailureAnalysis unreachable(Throwable failure, @Nullable String address) {
		// a driver that is asked alone gives no connection instead of a reason
		String words = any(failure, NullPointerException.class::isInstance) ? "its driver does not accept that URL"
				: words(failure);
		return new FailureAnalysis(
				"The database that idempotency records are kept in%s could not be connected to: %s".formatted(
						(address != null) ? ", " + withoutSecrets(address) + "," : "",
						(address != null) ? words.replace(address, withoutSecrets(address)) : words),
				isOfTheUrl(failure) ? remedyOfTheUrl(address) : remedy(failure), failure);
	}

	/**
	 * Whether no driver accepts the URL.
	 */
	static boolean isOfTheUrl(Throwable failure) {
		return any(failure, (error) -> NO_DRIVER.stream().anyMatch(String.valueOf(error.getMessage())::contains));
	}

	private static String remedyOfTheUrl(@Nullable String address) {
		Matcher parts = URL.matcher((address != null) ? withoutSecrets(address) : "");
		String scheme = parts.matches() ? parts.group(1).toLowerCase(Locale.ROOT) : "postgres";
		return "Correct 'spring.datasource.url': the URL of a driver begins with 'jdbc:' and the name that the driver knows, such as 'jdbc:%s://%s', without user and password, which are 'spring.datasource.username' and 'spring.datasource.password'. If it is right, put its driver on the class path."
			.formatted(SCHEMES.getOrDefault(scheme, scheme),
					parts.matches() && !parts.group(2).isEmpty() ? parts.group(2) : "host/database");
	}

	/**
	 * Whether a database did not let the application in, or was not there.
	 */
	static boolean isOfTheConnection(Throwable failure) {
		return any(failure, (error) -> error instanceof SQLTransientConnectionException
				|| error instanceof SQLNonTransientConnectionException
				|| (error instanceof SQLException sql && (isLogin(sql) || isDatabase(sql) || hasClass(sql, "08"))));
	}

	private static String remedy(Throwable failure) {
		if (any(failure, UnknownHostException.class::isInstance)) {
			return "Correct the name of the host in 'spring.datasource.url', or let it be known to the resolver of this machine.";
		}
		if (any(failure, (error) -> error instanceof SQLException sql && isLogin(sql))) {
			return "Correct 'spring.datasource.username' and 'spring.datasource.password', or let the database accept that user from this host.";
		}
		if (any(failure, (error) -> error instanceof SQLException sql && isDatabase(sql))) {
			return "Create that database and let the user connect to it, or correct its name in 'spring.datasource.url'.";
		}
		return "Start the database, let this host reach it, or correct host and port in 'spring.datasource.url'.";
	}

	private static boolean isLogin(SQLException ex) {
		return hasClass(ex, "28") || ex.getErrorCode() == 1045;
	}

	private static boolean isDatabase(SQLException ex) {
		return hasClass(ex, "3D") || ex.getErrorCode() == 1049 || ex.getErrorCode() == 1044
				|| "90146".equals(ex.getSQLState()) || "90149".equals(ex.getSQLState());
	}

	private static boolean hasClass(SQLException ex, String state) {
		return ex.getSQLState() != null && ex.getSQLState().startsWith(state);
	}

	private static boolean any(Throwable failure, Predicate<Throwable> wanted) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (wanted.test(cause)) {
				return true;
			}
		}
		return false;
	}

	/**
	 * What the driver says: pools wrap it, and what it wraps may say more.
	 */
	static String words(Throwable failure) {
		SQLException driver = ofTheDriver(failure);
		String words = sentence((driver != null) ? driver : failure);
		String root = sentence(NestedExceptionUtils.getMostSpecificCause(failure));
		return words.contains(root) ? words : words + " (" + root + ")";
	}

	/**
	 * The exception of the driver, which is the innermost one.
	 */
	static @Nullable SQLException ofTheDriver(Throwable failure) {
		SQLException driver = null;
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			driver = (cause instanceof SQLException sql) ? sql : driver;
		}
		return driver;
	}

	private static String sentence(Throwable error) {
		String message = String.valueOf(error.getMessage()).strip().replaceAll("\\s+", " ");
		return (error instanceof UnknownHostException) ? "unknown host " + message : message;
	}

	private static @Nullable String addressOf(DataSource dataSource) {
		DataSource target = dataSource;
		while (target instanceof DelegatingDataSource proxy && proxy.getTargetDataSource() != null) {
			target = proxy.getTargetDataSource();
		}
		BeanWrapperImpl bean = new BeanWrapperImpl(target);
		return ADDRESS_PROPERTIES.stream()
			.filter(bean::isReadableProperty)
			.map(bean::getPropertyValue)
			.filter(String.class::isInstance)
			.map(String.class::cast)
			.findFirst()
			.orElse(null);
	}

	/**
	 * Without parameters, user and password.
	 */
	private static String withoutSecrets(String address) {
		return address.replaceAll("[?;].*", "")
			.replaceAll("//.*@", "//")
			.replaceAll("(?i)(oracle:[a-z]+:).*@", "$1@")
			.replaceAll("(?i)\\((?:user|password)=[^)]*\\)", "");
	}

}
