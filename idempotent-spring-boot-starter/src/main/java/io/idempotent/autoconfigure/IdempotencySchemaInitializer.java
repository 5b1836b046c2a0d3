package io.idempotent.autoconfigure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import javax.sql.DataSource;

import io.idempotent.autoconfigure.IdempotencyProperties.Jdbc;

import org.springframework.boot.jdbc.init.DataSourceScriptDatabaseInitializer;
import org.springframework.boot.sql.init.DatabaseInitializationSettings;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.Resource;

/**
 * Creates the table of the records at start, as {@code idempotent.jdbc} says.
 */
public class IdempotencySchemaInitializer extends DataSourceScriptDatabaseInitializer {

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
	 * A script of the application's own names the table by itself.
	 */
	@Override
	protected void runScripts(Scripts scripts) {
		boolean isOurs = Jdbc.DEFAULT_SCHEMA.equals(this.properties.schema());
		super.runScripts(isOurs ? renamed(scripts) : scripts);
	}

	private Scripts renamed(Scripts scripts) {
		List<Resource> renamed = new ArrayList<>();
		for (Resource script : scripts) {
			try {
				String sql = script.getContentAsString(StandardCharsets.UTF_8)
					.replace(Jdbc.DEFAULT_TABLE_NAME, this.properties.tableName());
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
