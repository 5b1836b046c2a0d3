package io.idempotent.store.jdbc;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.idempotent.database.TestDatabase;
import io.idempotent.test.FlakyDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class JdbcDialectTests {

	@ParameterizedTest
	@ValueSource(strings = { "", ";MODE=PostgreSQL", ";MODE=MySQL", ";MODE=MariaDB", ";MODE=Oracle" })
	void h2IsH2InAllItsModes(String settings) throws Exception {
		assertThat(JdbcDialects.detect(H2.create(settings)).platform()).isEqualTo("h2");
	}

	@Test
	void platformIsFoundByName() {
		assertThat(JdbcDialects.forPlatform("H2")).hasToString("H2");
	}

	@Test
	void unknownPlatformNamesTheProperty() {
		assertThatIllegalArgumentException().isThrownBy(() -> JdbcDialects.forPlatform("dbase"))
			.withMessage("The value 'dbase' of idempotent.jdbc.platform is not one of "
					+ "[postgresql, mariadb, mysql, h2, sqlserver, oracle, hsqldb, derby, portable].");
	}

	@ParameterizedTest
	@EnumSource
	void eachDatabaseIsDetectedByItsConnection(TestDatabase database) {
		try (HikariDataSource pool = database.pool(database.createEmpty(), 1)) {
			assertThat(JdbcDialects.detect(pool).platform()).isEqualTo(database.platform());
		}
	}

	/** As their drivers name them. */
	@ParameterizedTest
	@CsvSource({ "Microsoft SQL Server, sqlserver", "Oracle, oracle", "MySQL, mysql" })
	void productIsKnownByItsName(String product, String platform) throws Exception {
		assertThat(JdbcDialects.detect(connectionTo(product)).platform()).isEqualTo(platform);
	}

	@Test
	void productThatIsNotKnownGetsPortableStatements() throws Exception {
		JdbcDialect dialect = JdbcDialects.detect(connectionTo("dBase IV"));
		assertThat(dialect.platform()).isEqualTo("portable");
		assertThat(dialect).hasToString("dBase IV");
	}

	private static Connection connectionTo(String product) {
		return proxy(Connection.class, proxy(DatabaseMetaData.class, product));
	}

	@Test
	void databaseThatCannotBeAskedNamesTheProperty() throws Exception {
		FlakyDataSource dataSource = new FlakyDataSource(H2.create(""));
		dataSource.setDown(true);
		assertThatIllegalStateException().isThrownBy(() -> JdbcDialects.detect((DataSource) dataSource))
			.withMessageContaining("idempotent.jdbc.platform")
			.withCauseInstanceOf(SQLException.class);
	}

	private static <T> T proxy(Class<T> type, Object answer) {
		return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type },
				(proxy, method, arguments) -> answer));
	}

}
