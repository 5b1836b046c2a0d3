package io.idempotent.autoconfigure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

import javax.sql.DataSource;

import io.idempotent.autoconfigure.IdempotencyProperties.Jdbc;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.jdbc.init.DataSourceScriptDatabaseInitializer;
import org.springframework.boot.sql.init.DatabaseInitializationSettings;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.Resource;

/**
 * Creates the table of the records at start, as {@code idempotent.jdbc} says.
 */
public class IdempotencySchemaInitializer extends DataSourceScriptDatabaseInitializer {

	private static final Logger logger = LoggerFactory.getLogger(IdempotencySchemaInitializer.class);

	private static final String INDEX_SUFFIX = "_expires";

	private final Jdbc properties;

	/**
	 * Creates the initializer.
	 * @param dataSource gives connections to the database
	 * @param platform the platform of the script
	 * @param properties names script and table
	 */
	public IdempotencySchemaInitializer(DataSource dataSource, String platform, Jdbc properties) {
		super(dataSource, settings(platform, properties));
		this.properties = properties;
	}

	private static DatabaseInitializationSettings settings(String platform, Jdbc properties) {
		DatabaseInitializationSettings settings = new DatabaseInitializationSettings();
		settings.setSchemaLocations(List.of(properties.schema().replace("@@platform@@", platform)));
		settings.setMode(properties.initializeSchema());
		settings.setEncoding(StandardCharsets.UTF_8);
		return settings;
	}

	/**
	 * Runs the script. It may fail because the table is there: not every database has a
	 * CREATE TABLE that does without, and of several nodes that start together one is the
	 * first. A script of the application's own names the table by itself.
	 */
	@Override
	protected void runScripts(Scripts scripts) {
		if (!Jdbc.DEFAULT_SCHEMA.equals(this.properties.schema())) {
			super.runScripts(scripts);
			return;
		}
		try {
			super.runScripts(renamed(scripts));
		}
		catch (RuntimeException ex) {
			if (!isTableThere()) {
				throw ex;
			}
			logger.info("The table {} is there, so that its script was not run to the end: {}",
					this.properties.tableName(), NestedExceptionUtils.getMostSpecificCause(ex).getMessage());
		}
	}

	private boolean isTableThere() {
		DataSource dataSource = getDataSource();
		try (Connection connection = dataSource.getConnection(); Statement statement = connection.createStatement()) {
			statement.execute("SELECT 1 FROM %s WHERE 1 = 0".formatted(this.properties.tableName()));
			return true;
		}
		catch (SQLException ex) {
			return false;
		}
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
