package io.idempotent.store.jdbc;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;

import javax.sql.DataSource;

import io.idempotent.test.FlakyDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class JdbcDialectTests {

	@ParameterizedTest
	@ValueSource(strings = { "", ";MODE=PostgreSQL", ";MODE=MySQL", ";MODE=MariaDB", ";MODE=Oracle" })
	void h2IsH2InAllItsModes(String settings) throws Exception {
		assertThat(JdbcDialect.detect(H2.create(settings)).platform()).isEqualTo("h2");
	}

	@Test
	void platformIsFoundByName() {
		assertThat(JdbcDialect.forPlatform("H2")).hasToString("H2");
	}

	@Test
	void unknownPlatformNamesTheProperty() {
		assertThatIllegalArgumentException().isThrownBy(() -> JdbcDialect.forPlatform("dbase"))
			.withMessage("The value 'dbase' of idempotent.jdbc.platform is not one of [h2].");
	}

	@Test
	void unknownProductNamesTheProperty() {
		DatabaseMetaData metaData = proxy(DatabaseMetaData.class, "dBase IV");
		Connection connection = proxy(Connection.class, metaData);
		assertThatIllegalStateException().isThrownBy(() -> JdbcDialect.detect(connection))
			.withMessageContaining("dBase IV")
			.withMessageContaining("idempotent.jdbc.platform");
	}

	@Test
	void databaseThatCannotBeAskedNamesTheProperty() throws Exception {
		FlakyDataSource dataSource = new FlakyDataSource(H2.create(""));
		dataSource.setDown(true);
		assertThatIllegalStateException().isThrownBy(() -> JdbcDialect.detect((DataSource) dataSource))
			.withMessageContaining("idempotent.jdbc.platform")
			.withCauseInstanceOf(SQLException.class);
	}

	private static <T> T proxy(Class<T> type, Object answer) {
		return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type },
				(proxy, method, arguments) -> answer));
	}

}
