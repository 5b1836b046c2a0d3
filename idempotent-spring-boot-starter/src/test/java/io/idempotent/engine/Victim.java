package io.idempotent.engine;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import com.zaxxer.hikari.HikariDataSource;
import io.idempotent.AbandonedPolicy;
import io.idempotent.OwnershipLostException;
import io.idempotent.TransactionMode;
import io.idempotent.database.TestDatabase;
import io.idempotent.database.TestDatabase.Address;
import io.idempotent.store.IdempotencyStore;
import io.idempotent.store.JoinedRecords;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;

/**
 * Another JVM that is a node: it executes each key of each mode up to the point that the
 * key is named after, says so, and waits there to be killed or told to go on.
 */
final class Victim implements AutoCloseable {

	static final Duration LEASE = Duration.ofSeconds(2);

	static final String EFFECTS = "CREATE TABLE effect (record_key VARCHAR(64) NOT NULL)";

	/** Where an execution is when its process is killed. */
	enum Point {

		BEFORE_CLAIM, AFTER_CLAIM, IN_METHOD, AFTER_EFFECT, BEFORE_COMPLETION, AFTER_COMPLETION, AFTER_RETURN

	}

	/** How the record is kept, and what follows when its owner is gone. */
	enum Mode {

		JOIN, HOLD, RETRY;

		String key(Point point) {
			return this + "-" + point;
		}

	}

	private final Process process;

	private final BufferedReader output;

	Victim(TestDatabase database, Address address, List<String> keys) throws IOException {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
						System.getProperty("java.class.path"), Victim.class.getName(), database.name(), address.url(),
						address.user(), address.password()));
		command.addAll(keys);
		this.process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
		this.output = this.process.inputReader(StandardCharsets.UTF_8);
	}

	/** Waits until it has said all of these. */
	void awaitLines(List<String> lines) throws IOException {
		List<String> missing = new ArrayList<>(lines);
		while (!missing.isEmpty()) {
			String line = this.output.readLine();
			if (line == null) {
				throw new IllegalStateException("The process has ended before it said " + missing);
			}
			missing.remove(line);
		}
	}

	/** SIGKILL. */
	void kill() throws InterruptedException {
		this.process.destroyForcibly();
		if (!this.process.waitFor(20, TimeUnit.SECONDS)) {
			throw new IllegalStateException("The process cannot be killed");
		}
	}

	void signal(String name) throws IOException, InterruptedException {
		Process kill = new ProcessBuilder("kill", "-" + name, String.valueOf(this.process.pid())).inheritIO().start();
		if (!kill.waitFor(20, TimeUnit.SECONDS) || kill.exitValue() != 0) {
			throw new IllegalStateException("The process cannot be sent SIG" + name);
		}
	}

	void goOn() throws IOException {
		this.process.getOutputStream().write('\n');
		this.process.getOutputStream().flush();
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
	}

	static TestEngine node(TestDatabase database, HikariDataSource pool, Mode mode, IdempotencyStore store) {
		TestEngine node = new TestEngine(store);
		node.lease = LEASE;
		if (mode == Mode.JOIN) {
			node.transaction = TransactionMode.JOIN;
			node.transactionManager = new JdbcTransactionManager(pool);
		}
		node.onAbandoned = (mode == Mode.RETRY) ? AbandonedPolicy.RETRY : AbandonedPolicy.HOLD;
		return node;
	}

	/** The effect: part of the transaction, if there is one, else durable at once. */
	static void act(HikariDataSource pool, String key) {
		new JdbcTemplate(pool).update("INSERT INTO effect VALUES (?)", key);
	}

	public static void main(String[] arguments) throws Exception {
		TestDatabase database = TestDatabase.valueOf(arguments[0]);
		HikariDataSource pool = database.pool(new Address(arguments[1], arguments[2], arguments[3]), 30);
		for (String key : List.of(arguments).subList(4, arguments.length)) {
			Mode mode = Mode.valueOf(key.substring(0, key.indexOf('-')));
			Point point = Point.valueOf(key.substring(key.indexOf('-') + 1));
			new Thread(() -> execute(database, pool, key, mode, point)).start();
		}
	}

	private static void execute(TestDatabase database, HikariDataSource pool, String key, Mode mode, Point point) {
		TestEngine node = node(database, pool, mode, stopping(database.store(pool), key, point));
		try {
			node.call(key, () -> {
				stop(key, point, Point.IN_METHOD);
				act(pool, key);
				stop(key, point, Point.AFTER_EFFECT);
				return "first";
			});
			stop(key, point, Point.AFTER_RETURN);
			System.out.println("done");
		}
		catch (OwnershipLostException ex) {
			System.out.println("lost");
		}
		catch (Exception ex) {
			System.out.println("failed");
		}
	}

	private static void stop(String key, Point wanted, Point here) {
		if (wanted != here) {
			return;
		}
		System.out.println(key);
		try {
			if (System.in.read() < 0) {
				new CountDownLatch(1).await();
			}
		}
		catch (IOException | InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static IdempotencyStore stopping(IdempotencyStore store, String key, Point point) {
		return stopping(IdempotencyStore.class, store, key, point);
	}

	/** Stops before and after claims and completions, joined or not. */
	private static <T> T stopping(Class<T> type, T target, String key, Point point) {
		return type
			.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type }, (proxy, method, arguments) -> {
				boolean claim = method.getName().equals("claim");
				boolean complete = method.getName().equals("complete");
				if (claim || complete) {
					stop(key, point, claim ? Point.BEFORE_CLAIM : Point.BEFORE_COMPLETION);
				}
				Object result;
				try {
					result = method.invoke(target, arguments);
				}
				catch (InvocationTargetException ex) {
					throw ex.getCause();
				}
				if (claim || complete) {
					stop(key, point, claim ? Point.AFTER_CLAIM : Point.AFTER_COMPLETION);
				}
				return (result instanceof JoinedRecords joined) ? stopping(JoinedRecords.class, joined, key, point)
						: result;
			}));
	}

}
