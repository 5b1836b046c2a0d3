package io.idempotent.engine;

import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import javax.sql.DataSource;

import io.idempotent.IdempotencyOutcome;
import io.idempotent.IdempotencySource;
import io.idempotent.ResultUnavailableException;
import io.idempotent.database.TestDatabase;
import io.idempotent.store.IdempotencyStore;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What a duplicate sees if the stored result is not what the application can read any
 * more: an error that says so, and never a second run.
 */
class DamagedResultTests {

	private static final Receipt RECEIPT = new Receipt("r", new BigDecimal("12345"), State.DONE, List.of("a", "a"));

	private final DataSource dataSource = JdbcConnectionPool
		.create("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1", "sa", "");

	private final JdbcTemplate jdbc = new JdbcTemplate(this.dataSource);

	private final IdempotencyStore store = TestDatabase.H2.createStore(this.dataSource);

	private final TestEngine node = new TestEngine(this.store);

	private final TestEngine other = new TestEngine(this.store);

	private final AtomicInteger runs = new AtomicInteger();

	record Receipt(String id, BigDecimal amount, State state, List<String> tags) {

	}

	enum State {

		DONE

	}

	enum RenamedState {

		FINISHED

	}

	record Added(String id, BigDecimal amount, State state, List<String> tags, String more) {

	}

	record Removed(String id, State state, List<String> tags) {

	}

	record Renamed(String name, BigDecimal amount, State state, List<String> tags) {

	}

	record Retyped(Integer id, BigDecimal amount, State state, List<String> tags) {

	}

	record OtherElements(String id, BigDecimal amount, State state, List<Integer> tags) {

	}

	record MadeOptional(String id, Optional<BigDecimal> amount, State state, List<String> tags) {

	}

	record OtherConstants(String id, BigDecimal amount, RenamedState state, List<String> tags) {

	}

	record MadeSet(String id, BigDecimal amount, State state, Set<String> tags) {

	}

	@BeforeEach
	void execute() {
		this.node.call(Receipt.class, "k", () -> RECEIPT);
	}

	@AfterEach
	void close() {
		this.node.close();
		this.other.close();
	}

	@ParameterizedTest
	@MethodSource("damages")
	void aDamagedResultIsUnavailableAndNotRunAgain(UnaryOperator<byte[]> damage) {
		byte[] stored = this.jdbc.queryForObject("SELECT result FROM idempotency_record", byte[].class);
		this.jdbc.update("UPDATE idempotency_record SET result = ?", damage.apply(stored));

		assertUnavailable(Receipt.class);
	}

	static Stream<Named<UnaryOperator<byte[]>>> damages() {
		return Stream.of(Named.of("nothing left", (bytes) -> new byte[0]), Named.of("null", (bytes) -> null),
				Named.of("the last byte is missing", (bytes) -> Arrays.copyOf(bytes, bytes.length - 1)),
				Named.of("only the first byte is left", (bytes) -> Arrays.copyOf(bytes, 1)),
				Named.of("the first byte is missing", (bytes) -> Arrays.copyOfRange(bytes, 1, bytes.length)),
				Named.of("another digit", (bytes) -> {
					bytes[new String(bytes, StandardCharsets.ISO_8859_1).indexOf("12345")]++;
					return bytes;
				}), Named.of("random", (bytes) -> {
					new Random(7).nextBytes(bytes);
					return bytes;
				}), Named.of("a lie of a length", (bytes) -> Arrays.copyOf(bytes, 100_000)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "json/2", "xml", "", "unavailable" })
	void aResultInAnotherFormatIsUnavailableAndNotRunAgain(String format) {
		this.jdbc.update("UPDATE idempotency_record SET result_type = ?", format);

		assertUnavailable(Receipt.class);
	}

	@ParameterizedTest
	@ValueSource(classes = { Added.class, Removed.class, Renamed.class, Retyped.class, OtherElements.class,
			MadeOptional.class, OtherConstants.class, String.class, int.class, void.class, Receipt[].class, State.class,
			byte[].class })
	void aResultOfAnotherTypeIsUnavailableAndNotRunAgain(Class<?> type) {
		assertUnavailable(type);
	}

	@Test
	void aResultThatIsStillAValueOfTheNewTypeIsReadAsOne() {
		assertThat(call(MadeSet.class)).isEqualTo(new MadeSet("r", new BigDecimal("12345"), State.DONE, Set.of("a")));
		assertThat(this.runs).hasValue(0);
	}

	private void assertUnavailable(Type type) {
		for (int i = 0; i < 2; i++) {
			assertThatExceptionOfType(ResultUnavailableException.class).isThrownBy(() -> call(type))
				.withMessageContaining("the operation has finished and is not run again");
			assertThat(this.other.lastEvent().outcome()).isEqualTo(IdempotencyOutcome.RESULT_UNAVAILABLE);
			assertThat(this.other.lastEvent().source())
				.isEqualTo((i == 0) ? IdempotencySource.STORE : IdempotencySource.LOCAL);
		}
		assertThat(this.runs).hasValue(0);
	}

	private Object call(Type type) {
		return this.other.call(this.other.operation("test", type), "k", () -> {
			this.runs.incrementAndGet();
			return null;
		}).value();
	}

}
