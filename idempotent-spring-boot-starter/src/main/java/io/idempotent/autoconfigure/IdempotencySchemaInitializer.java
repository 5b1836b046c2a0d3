package io.idempotent.autoconfigure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

import javax.sql.DataSource;

import io.idempotent.IdempotencyStoreException;
import io.idempotent.autoconfigure.IdempotencyProperties.Jdbc;
import io.idempotent.store.jdbc.JdbcDialect;
import io.idempotent.store.jdbc.JdbcDialects;
import io.idempotent.store.jdbc.JdbcIdempotencyStore;
import io.idempotent.store.jdbc.MissingTableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.jdbc.init.DataSourceScriptDatabaseInitializer;
import org.springframework.boot.sql.init.DatabaseInitializationSettings;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.Resource;
import org.springframework.jdbc.CannotGetJdbcConnectionException;

/**
 * Creates the table of the records at start, as {@code idempotent.jdbc} says.
 */
public class IdempotencySchemaInitializer extends DataSourceScriptDatabaseInitializer {

	private static final Logger logger = LoggerFactory.getLogger(IdempotencySchemaInitializer.class);

	private static final String INDEX_SUFFIX = "_expires";

	private final JdbcDialect dialect;

	private final Jdbc properties;

	/**
	 * Creates the initializer.
	 * @param dataSource gives connections to the database
	 * @param platform the platform of the script
	 * @param properties names script and table
	 */
	public IdempotencySchemaInitializer(DataSource dataSource, String platform, Jdbc properties) {
		super(dataSource, settings(platform, properties));
		this.dialect = JdbcDialects.forPlatform(platform);
		this.properties = properties;
	}

	private static DatabaseInitializationSettings settings(String platform, Jdbc properties) {
		DatabaseInitializationSettings settings = new DatabaseInitializationSettings();
		settings.setSchemaLocations(List.of(properties.schema().replace("@@platform@@", platform)));
		settings.setMode(properties.initializeSchema());
		settings.setEncoding(StandardCharsets.UTF_8);
		return settings;
	}

	@Override
	public boolean initializeDatabase() {
		try {
			return super.initializeDatabase();
		}
		catch (IllegalStateException ex) {
			// there is no script
			throw new IdempotencyConfigurationException(
					"The value '%s' of the property 'idempotent.jdbc.schema' cannot be used: %s."
						.formatted(this.properties.schema(), ex.getMessage()),
					"Correct 'idempotent.jdbc.schema', or leave it out to get the default.", ex);
		}
	}

	/**
	 * Runs the script. It may fail because the table is there: not every database has a
	 * CREATE TABLE that does without, and of several nodes that start together one is the
	 * first. A script of the application's own names the table by itself.
	 */
	@Override
	protected void runScripts(Scripts scripts) {
		if (!Jdbc.DEFAULT_SCHEMA.equals(this.properties.schema())) {
			try {
				super.runScripts(scripts);
			}
			catch (RuntimeException ex) {
				throw explained(ex);
			}
			return;
		}
		try {
			super.runScripts(renamed(scripts));
		}
		catch (RuntimeException ex) {
			requireTable(ex);
			logger.info("The table {} is there, so that its script was not run to the end: {}",
					this.properties.tableName(), NestedExceptionUtils.getMostSpecificCause(ex).getMessage());
		}
	}

	/**
	 * What else is wrong with the table is found by the store.
	 */
	private void requireTable(RuntimeException failure) {
		try {
			new JdbcIdempotencyStore(getDataSource(), this.dialect, this.properties.tableName()).verifySchema();
		}
		catch (MissingTableException | IdempotencyStoreException ex) {
			throw explained(failure);
		}
		catch (RuntimeException ex) {
			// there, but not as it must be
		}
	}

	private RuntimeException explained(RuntimeException failure) {
		SQLException ex = DatabaseStartFailure.ofTheDriver(failure);
		if (failure.getCause() instanceof CannotGetJdbcConnectionException || ex == null) {
			return DatabaseStartFailure.of(failure, getDataSource());
		}
		String table = this.properties.tableName();
		if (this.dialect.refusesChanges(ex)) {
			return DatabaseStartFailure.readOnly(table, failure, getDataSource());
		}
		String remedy = this.dialect.missingGrantToCreate(ex, getDataSource(), table)
			.map("Let an administrator of the database run:%n%n    %s;%n%nOr run the script"::formatted)
			.orElse((table.indexOf('.') < 0) ? "Correct what the database says, or run the script"
					: "Create the schema '%s' if it is not there. Or run the script"
						.formatted(table.substring(0, table.indexOf('.'))));
		return new IdempotencyConfigurationException(
				"The table '%s' that idempotency records are kept in could not be created: %s".formatted(table,
						DatabaseStartFailure.words(failure)),
				"%s '%s' as a user that may, and set 'idempotent.jdbc.initialize-schema' to 'never'.".formatted(remedy,
						this.properties.schema().replace("@@platform@@", this.dialect.platform())),
				failure);
	}

	/**
	 * An index has the name of its table, without the schema.
	 */
	private Scripts renamed(Scripts scripts) {
		String table = this.properties.tableName();
		String index = table.substring(table.indexOf('.') + 1) + INDEX_SUFFIX;
		List<Resource> renamed = new ArrayList<>();
		for (Resource script : scripts) {
			try {
				String sql = script.getContentAsString(StandardCharsets.UTF_8)
					.replaceAll("\\b" + Jdbc.DEFAULT_TABLE_NAME + INDEX_SUFFIX + "\\b", index)
					.replaceAll("\\b" + Jdbc.DEFAULT_TABLE_NAME + "\\b", table);
				renamed.add(new ByteArrayResource(sql.getBytes(StandardCharsets.UTF_8), script.getDescription()));
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}
		return new Scripts(renamed).continueOnError(scripts.isContinueOnError())
			.separator(scripts.getSeparator())
			.encoding(StandardCharsets.UTF_8);
	}

}
