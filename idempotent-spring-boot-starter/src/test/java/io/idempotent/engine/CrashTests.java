package io.idempotent.engine;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import com.zaxxer.hikari.HikariDataSource;
import io.idempotent.IdempotencyRecord;
import io.idempotent.IdempotentResult;
import io.idempotent.OperationInProgressException;
import io.idempotent.OutcomeUnknownException;
import io.idempotent.database.TestDatabase;
import io.idempotent.database.TestDatabase.Address;
import io.idempotent.engine.Victim.Mode;
import io.idempotent.engine.Victim.Point;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Another node is killed, or stopped for longer than its lease, on real servers: what
 * became of its effects, and what the survivor sees.
 */
@ParameterizedClass
@EnumSource(names = { "POSTGRESQL", "MARIADB" })
@Timeout(120)
class CrashTests {

	private final AtomicInteger runs = new AtomicInteger();

	private final List<TestEngine> nodes = new ArrayList<>();

	private final TestDatabase database;

	private Address address;

	private HikariDataSource pool;

	CrashTests(TestDatabase database) {
		this.database = database;
	}

	@BeforeEach
	void create() {
		this.address = this.database.create();
		this.pool = this.database.pool(this.address, 4);
		TestDatabase.execute(this.pool, Victim.EFFECTS);
	}

	@AfterEach
	void close() {
		this.nodes.forEach(TestEngine::close);
		this.pool.close();
	}

	private TestEngine survivor(Mode mode) {
		TestEngine node = Victim.node(this.database, this.pool, mode, this.database.store(this.pool));
		this.nodes.add(node);
		return node;
	}

	private long effects(String key) {
		return TestDatabase.number(this.pool, "SELECT COUNT(*) FROM effect WHERE record_key = '" + key + "'");
	}

	private IdempotentResult<String> call(TestEngine node, String key) {
		return await().ignoreException(OperationInProgressException.class)
			.until(() -> node.call(String.class, key, null, () -> {
				this.runs.incrementAndGet();
				Victim.act(this.pool, key);
				return "second";
			}), (result) -> true);
	}

	@Test
	void aNodeThatIsKilledLosesNothingAndNothingHappensTwiceUnlessRetried() throws Exception {
		List<String> keys = new ArrayList<>();
		for (Mode mode : Mode.values()) {
			for (Point point : Point.values()) {
				keys.add(mode.key(point));
			}
		}
		try (Victim victim = new Victim(this.database, this.address, keys)) {
			victim.awaitLines(keys);
			victim.kill();
		}
		joinedEffectsHappenExactlyOnce(survivor(Mode.JOIN));
		heldEffectsNeverHappenTwice(survivor(Mode.HOLD));
		retriedEffectsHappenTwiceOnlyAfterTheLeaseHasEnded(survivor(Mode.RETRY));
	}

	private void joinedEffectsHappenExactlyOnce(TestEngine survivor) {
		for (Point point : Point.values()) {
			String key = Mode.JOIN.key(point);
			boolean committed = point == Point.AFTER_RETURN;
			assertThat(effects(key)).as(key).isEqualTo(committed ? 1 : 0);
			IdempotentResult<String> result = call(survivor, key);
			assertThat(result.replayed()).as(key).isEqualTo(committed);
			assertThat(result.attempt()).as("nothing remains of the dead attempt").isOne();
			assertThat(effects(key)).as(key).isOne();
		}
	}

	private void heldEffectsNeverHappenTwice(TestEngine survivor) {
		for (Point point : Point.values()) {
			String key = Mode.HOLD.key(point);
			int before = this.runs.get();
			switch (point) {
				case BEFORE_CLAIM -> assertThat(call(survivor, key).value()).isEqualTo("second");
				case AFTER_COMPLETION, AFTER_RETURN -> assertThat(call(survivor, key).value()).isEqualTo("first");
				default -> assertThatExceptionOfType(OutcomeUnknownException.class).as(key)
					.isThrownBy(() -> call(survivor, key));
			}
			assertThat(this.runs.get() - before).as(key).isEqualTo((point == Point.BEFORE_CLAIM) ? 1 : 0);
			assertThat(effects(key)).as(key).isLessThanOrEqualTo(1);
		}
	}

	private void retriedEffectsHappenTwiceOnlyAfterTheLeaseHasEnded(TestEngine survivor) {
		Map<String, Instant> leases = new HashMap<>();
		for (Point point : Point.values()) {
			survivor.settlement()
				.find("", "test", Mode.RETRY.key(point))
				.map(IdempotencyRecord::leaseUntil)
				.ifPresent((until) -> leases.put(Mode.RETRY.key(point), until));
		}
		assertThat(leases).hasSize(4);
		for (Point point : Point.values()) {
			String key = Mode.RETRY.key(point);
			IdempotentResult<String> result = call(survivor, key);
			assertThat(result.attempt()).as(key).isEqualTo(leases.containsKey(key) ? 2 : 1);
			boolean twice = point == Point.AFTER_EFFECT || point == Point.BEFORE_COMPLETION;
			assertThat(effects(key)).as(key).isEqualTo(twice ? 2 : 1);
			if (leases.containsKey(key)) {
				assertThat(survivor.settlement().find("", "test", key).orElseThrow().claimedAt()).as(key)
					.isAfterOrEqualTo(leases.get(key));
			}
		}
	}

	@Test
	void aNodeThatWasStoppedBeyondItsLeaseIsRefusedOnceItWasTakenOver() throws Exception {
		String key = Mode.RETRY.key(Point.AFTER_EFFECT);
		TestEngine survivor = survivor(Mode.RETRY);
		try (Victim victim = new Victim(this.database, this.address, List.of(key))) {
			victim.awaitLines(List.of(key));
			victim.signal("STOP");
			assertThat(call(survivor, key).attempt()).isEqualTo(2);
			victim.signal("CONT");
			victim.goOn();
			victim.awaitLines(List.of("lost"));
		}
		assertThat(call(survivor(Mode.RETRY), key).value()).isEqualTo("second");
	}

	@Test
	void aNodeThatWasStoppedBeyondItsLeaseMayStillFinishWhileItIsHeld() throws Exception {
		String key = Mode.HOLD.key(Point.AFTER_EFFECT);
		TestEngine survivor = survivor(Mode.HOLD);
		try (Victim victim = new Victim(this.database, this.address, List.of(key))) {
			victim.awaitLines(List.of(key));
			victim.signal("STOP");
			assertThatExceptionOfType(OutcomeUnknownException.class).isThrownBy(() -> call(survivor, key));
			victim.signal("CONT");
			victim.goOn();
			victim.awaitLines(List.of("done"));
		}
		assertThat(call(survivor, key).value()).isEqualTo("first");
		assertThat(effects(key)).isOne();
		assertThat(this.runs).hasValue(0);
	}

	@Test
	void theDatabaseEndsTheTransactionOfANodeThatWasStopped() throws Exception {
		String key = Mode.JOIN.key(Point.AFTER_EFFECT);
		TestEngine survivor = survivor(Mode.JOIN);
		Address limited = this.address
			.with((this.database == TestDatabase.POSTGRESQL) ? "?options=-c%20idle_in_transaction_session_timeout=1000"
					: "?sessionVariables=idle_transaction_timeout=1");
		try (Victim victim = new Victim(this.database, limited, List.of(key))) {
			victim.awaitLines(List.of(key));
			victim.signal("STOP");
			assertThat(call(survivor, key).value()).isEqualTo("second");
			victim.signal("CONT");
			victim.goOn();
			victim.awaitLines(List.of("failed"));
		}
		assertThat(effects(key)).isOne();
		assertThat(call(survivor, key).value()).isEqualTo("second");
	}

}
