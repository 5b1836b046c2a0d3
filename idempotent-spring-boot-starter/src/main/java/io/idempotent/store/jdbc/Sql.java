package io.idempotent.store.jdbc;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A statement with its parameters.
 */
record Sql(String text, List<@Nullable Object> parameters) {

	static Sql of(String text, @Nullable Object... parameters) {
		return new Sql(text, Collections.unmodifiableList(Arrays.asList(parameters)));
	}

	void bindTo(PreparedStatement statement) throws SQLException {
		for (int i = 0; i < this.parameters.size(); i++) {
			statement.setObject(i + 1, this.parameters.get(i));
		}
	}

}
