package io.idempotent.engine;

import javax.sql.DataSource;

import io.idempotent.store.IdempotencyStore;
import io.idempotent.store.jdbc.JdbcDialect;
import io.idempotent.store.jdbc.JdbcIdempotencyStore;

import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;

/**
 * Stores on real databases.
 */
final class Stores {

	private Stores() {
	}

	static IdempotencyStore h2(DataSource dataSource) {
		new ResourceDatabasePopulator(new ClassPathResource("io/idempotent/store/jdbc/h2/R__idempotency_record.sql"))
			.execute(dataSource);
		return new JdbcIdempotencyStore(dataSource, JdbcDialect.forPlatform("h2"), "idempotency_record");
	}

}
