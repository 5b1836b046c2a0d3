package io.idempotent.benchmarks.replay;

import java.util.concurrent.TimeUnit;

import io.idempotent.benchmarks.Node;
import io.idempotent.benchmarks.Receipt;
import io.idempotent.test.StatementCountingDataSource;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

import org.springframework.jdbc.datasource.SimpleDriverDataSource;

/**
 * A hit of a method whose only argument is its key.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Benchmark)
public class StringKeyReplay {

	private static final int KEYS = 1_024;

	private final StatementCountingDataSource dataSource = new StatementCountingDataSource(
			new SimpleDriverDataSource(new org.h2.Driver(), "jdbc:h2:mem:replay;DB_CLOSE_DELAY=-1", "sa", ""));

	private final Node node = new Node(Services.class, this.dataSource, "spring.cache.type=caffeine");

	private final Services.IdempotentService idempotent = this.node.get(Services.IdempotentService.class);

	private final Services.CachedService cached = this.node.get(Services.CachedService.class);

	private final Services.InterceptedService intercepted = this.node.get(Services.InterceptedService.class);

	private final String[] keys = new String[KEYS];

	private int next;

	/**
	 * Lets each key be known.
	 */
	@Setup
	public void execute() {
		for (int i = 0; i < KEYS; i++) {
			this.keys[i] = "workflow-" + i;
			this.idempotent.submit(this.keys[i]);
			this.cached.submit(this.keys[i]);
		}
		this.dataSource.reset();
	}

	/**
	 * Nothing but hits was measured.
	 */
	@TearDown
	public void check() {
		if (this.dataSource.count() != 0) {
			throw new IllegalStateException("The database was asked " + this.dataSource.count() + " times");
		}
		this.node.close();
	}

	private String key() {
		return this.keys[this.next++ & (KEYS - 1)];
	}

	/**
	 * Ours.
	 * @return the receipt
	 */
	@Benchmark
	public Receipt idempotent() {
		return this.idempotent.submit(key());
	}

	/**
	 * {@code @Cacheable} whose key is the argument.
	 * @return the receipt
	 */
	@Benchmark
	public Receipt cacheable() {
		return this.cached.submit(key());
	}

	/**
	 * {@code @Cacheable} whose key is an expression, as ours.
	 * @return the receipt
	 */
	@Benchmark
	public Receipt cacheableByExpression() {
		return this.cached.submitByExpression(key());
	}

	/**
	 * A proxy that adds nothing.
	 * @return the receipt
	 */
	@Benchmark
	public Receipt emptyInterceptor() {
		return this.intercepted.submit(key());
	}

}
