package io.idempotent.benchmarks;

import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.idempotent.store.Claim;
import io.idempotent.store.Fingerprint;
import io.idempotent.store.IdempotencyStore;
import io.idempotent.store.Ownership;
import io.idempotent.store.RecordKey;

/**
 * The claim of a new key on PostgreSQL taken apart: what each of the things adds that the
 * statement of the store does and the INSERT by hand does not.
 */
final class ClaimSection implements Section {

	private static final String STORE = "claim of the store";

	private static final String WHAT = "PostgreSQL: ";

	private static final String VALUES = """
			INSERT INTO by_step (record_id, scope, operation, idem_key, status, owner_token, attempt, fence, fingerprint,
			lease_until, expires_at, created_at) SELECT ?, ?, ?, ?, 0, ?, 1,
			(extract(epoch FROM clock_timestamp()) * 1000000)::bigint, ?,
			clock_timestamp() + ? * interval '1 millisecond', clock_timestamp() + ? * interval '1 millisecond',
			clock_timestamp()""";

	private static final String INSERT = VALUES + " ON CONFLICT (record_id) DO NOTHING";

	private static final String ANSWER = INSERT + " RETURNING fence";

	private static final String LOCK = VALUES
			+ " WHERE pg_try_advisory_xact_lock_shared(?) ON CONFLICT (record_id) DO NOTHING RETURNING fence";

	private static final String JOIN = " FROM (VALUES (1)) d (one) LEFT JOIN c ON TRUE LEFT JOIN by_step r ON r.record_id = ?";

	@Override
	public String name() {
		return "claim";
	}

	@Override
	public void measure(Settings settings, Table table) throws Exception {
		try (HikariDataSource pool = Database.POSTGRESQL.pool(settings, 2);
				Node node = new Node(Contracts.class, pool)) {
			Database.execute(pool, Database.POSTGRESQL.schema("by_step"));
			Step[] steps = { new Step("INSERT by hand", INSERT, 0),
					new Step("that answers its fencing token", ANSWER, 0),
					new Step("and takes the lock of the record", LOCK, 1),
					new Step("and is part of a query", "WITH c AS (" + LOCK + ") SELECT fence FROM c", 1),
					new Step("which looks for the row that was there", with("c.fence, r.fence"), 2),
					new Step("and answers all columns of it", with("c.fence, r.*"), 2) };
			IdempotencyStore store = node.get(IdempotencyStore.class);
			Rounds rounds = new Rounds(settings.choose(10, 50), settings.choose(100, 500));
			for (Step step : steps) {
				rounds.add(step.name(), (number) -> step.run(pool, ownership(number)));
			}
			rounds.add(STORE, (number) -> claim(store, ownership(number))).run(settings.choose(10, 20), () -> {
			});
			String reference = steps[0].name();
			for (Step step : steps) {
				add(table, rounds, step.name(), reference);
			}
			add(table, rounds, STORE, reference);
		}
	}

	private static String with(String columns) {
		return "WITH c AS (" + LOCK + ") SELECT " + columns + JOIN;
	}

	private static void add(Table table, Rounds rounds, String name, String reference) {
		table.add(Row.information(WHAT + name, rounds.time(name), reference, rounds.time(reference),
				rounds.ratio(name, reference)));
	}

	private static Ownership ownership(int number) {
		return new Ownership(new RecordKey("", Contracts.SUBMIT, "key-" + number), UUID.randomUUID());
	}

	private static void claim(IdempotencyStore store, Ownership ownership) {
		store.claim(
				new Claim(ownership, new Fingerprint(new byte[32]), Duration.ofSeconds(30), Duration.ofDays(1), null));
	}

	/**
	 * A statement that claims a record.
	 *
	 * @param name what it does more than the one before
	 * @param text the statement
	 * @param ids how many times the id is bound after the values: for the lock, for the
	 * row
	 */
	private record Step(String name, String text, int ids) {

		void run(DataSource dataSource, Ownership ownership) throws SQLException {
			// each step has keys of its own
			byte[] id = new RecordKey(this.name, Contracts.SUBMIT, ownership.key().key()).toId();
			try (Connection connection = dataSource.getConnection();
					PreparedStatement statement = connection.prepareStatement(this.text)) {
				statement.setBytes(1, id);
				statement.setString(2, "");
				statement.setString(3, ownership.key().operation());
				statement.setString(4, ownership.key().key());
				statement.setObject(5, ownership.token());
				statement.setBytes(6, new byte[32]);
				statement.setLong(7, Duration.ofSeconds(30).toMillis());
				statement.setLong(8, Duration.ofDays(1).toMillis());
				if (this.ids > 0) {
					statement.setLong(9, ByteBuffer.wrap(id).getLong());
				}
				if (this.ids > 1) {
					statement.setBytes(10, id);
				}
				expectOne(statement);
			}
		}

		private static void expectOne(PreparedStatement statement) throws SQLException {
			boolean won;
			if (statement.execute()) {
				try (ResultSet result = statement.getResultSet()) {
					won = result.next() && result.getLong("fence") != 0;
				}
			}
			else {
				won = statement.getUpdateCount() == 1;
			}
			if (!won) {
				throw new IllegalStateException("The record is not ours");
			}
		}

	}

}
