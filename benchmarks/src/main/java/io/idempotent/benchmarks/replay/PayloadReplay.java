package io.idempotent.benchmarks.replay;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.idempotent.benchmarks.Node;
import io.idempotent.benchmarks.Receipt;
import io.idempotent.codec.payload.CanonicalPayloadDigester;
import io.idempotent.engine.PayloadDigester.Part;
import io.idempotent.store.Fingerprint;
import io.idempotent.test.StatementCountingDataSource;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.jdbc.datasource.SimpleDriverDataSource;

/**
 * A hit of a method with a payload of about 1 KB that is checked. It is another object in
 * each of 64 calls, as retries bring.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Benchmark)
public class PayloadReplay {

	private static final int ORDERS = 64;

	private static final String KEY = "workflow";

	private final CanonicalPayloadDigester digester = new CanonicalPayloadDigester();

	private final JsonMapper mapper = JsonMapper.builder()
		.enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
		.enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
		.build();

	private final Order[] orders = new Order[ORDERS];

	private final OrderBean[] beans = new OrderBean[ORDERS];

	private final byte[] json = this.mapper.writeValueAsBytes(Order.create());

	private int next;

	/**
	 * Makes the payloads.
	 */
	@Setup
	public void create() {
		for (int i = 0; i < ORDERS; i++) {
			this.orders[i] = Order.create();
			this.beans[i] = new OrderBean();
		}
	}

	private Order order() {
		return this.orders[this.next++ & (ORDERS - 1)];
	}

	private OrderBean bean() {
		return this.beans[this.next++ & (ORDERS - 1)];
	}

	/**
	 * Ours, with a record.
	 * @param guarded has the method
	 * @return the receipt
	 */
	@Benchmark
	public Receipt idempotentRecord(Guarded guarded) {
		return guarded.service.order(KEY, order());
	}

	/**
	 * Ours, with a bean.
	 * @param guarded has the method
	 * @return the receipt
	 */
	@Benchmark
	public Receipt idempotentBean(Guarded guarded) {
		return guarded.service.order(KEY, bean());
	}

	/**
	 * Canonical JSON of the record as anybody would make it, and its hash.
	 * @return the hash
	 * @throws GeneralSecurityException never
	 */
	@Benchmark
	public byte[] jsonAndHashOfRecord() throws GeneralSecurityException {
		return sha256(this.mapper.writeValueAsBytes(order()));
	}

	/**
	 * The same of the bean.
	 * @return the hash
	 * @throws GeneralSecurityException never
	 */
	@Benchmark
	public byte[] jsonAndHashOfBean() throws GeneralSecurityException {
		return sha256(this.mapper.writeValueAsBytes(bean()));
	}

	/**
	 * Our own canonical form of the record, and its hash.
	 * @return the fingerprint
	 */
	@Benchmark
	public Fingerprint fingerprintOfRecord() {
		return this.digester.digest(List.of(new Part("argument 'order'", Order.class, order())));
	}

	/**
	 * The same of the bean.
	 * @return the fingerprint
	 */
	@Benchmark
	public Fingerprint fingerprintOfBean() {
		return this.digester.digest(List.of(new Part("argument 'order'", OrderBean.class, bean())));
	}

	/**
	 * The hash alone.
	 * @return the hash
	 * @throws GeneralSecurityException never
	 */
	@Benchmark
	public byte[] hash() throws GeneralSecurityException {
		return sha256(this.json);
	}

	private static byte[] sha256(byte[] bytes) throws GeneralSecurityException {
		return MessageDigest.getInstance("SHA-256").digest(bytes);
	}

	/**
	 * An application with the method, which has run.
	 */
	@State(Scope.Benchmark)
	public static class Guarded {

		private final StatementCountingDataSource dataSource = new StatementCountingDataSource(
				new SimpleDriverDataSource(new org.h2.Driver(), "jdbc:h2:mem:payload;DB_CLOSE_DELAY=-1", "sa", ""));

		private final Node node = new Node(Services.class, this.dataSource, "spring.cache.type=caffeine");

		private final Services.IdempotentService service = this.node.get(Services.IdempotentService.class);

		/**
		 * Lets the key be known.
		 */
		@Setup
		public void execute() {
			this.service.order(KEY, Order.create());
			this.service.order(KEY, new OrderBean());
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

	}

}
