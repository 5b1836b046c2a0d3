package io.idempotent.autoconfigure;

import java.nio.charset.StandardCharsets;
import java.util.List;

import javax.sql.DataSource;

import org.springframework.boot.jdbc.init.DataSourceScriptDatabaseInitializer;
import org.springframework.boot.sql.init.DatabaseInitializationSettings;
import org.springframework.core.io.ByteArrayResource;

/**
 * Runs SQL where Flyway or Liquibase would: before all that depends on the database.
 */
class ScriptInitializer extends DataSourceScriptDatabaseInitializer {

	private final String sql;

	ScriptInitializer(DataSource dataSource, String sql) {
		super(dataSource, new DatabaseInitializationSettings());
		this.sql = sql;
	}

	@Override
	public boolean initializeDatabase() {
		runScripts(new Scripts(List.of(new ByteArrayResource(this.sql.getBytes(StandardCharsets.UTF_8)))));
		return true;
	}

}
