package io.idempotent;

import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.sun.management.ThreadMXBean;
import io.idempotent.autoconfigure.IdempotencyAutoConfiguration;
import io.idempotent.autoconfigure.IdempotencyStoreAutoConfiguration;
import io.idempotent.database.TestDatabase;
import io.idempotent.database.TestDatabase.Address;
import io.idempotent.test.StatementCountingDataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.cache.caffeine.CaffeineCacheManager;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a replay from the local cache leaves to collect, through the real proxy: bytes
 * that this thread allocates, which do not depend on how fast the machine is.
 * <p>
 * Without help of the JIT, also in the interpreter, a replay takes 360 bytes and a hit of
 * {@code @Cacheable} 1,992, checking a payload 2,968 or 2,648; with it, 200, 1,816, 2,520
 * and 2,260. The ceilings hold in either case; they have no room for a formatted text.
 */
class ReplayGarbageTests {

	private static final int KEYS = 64;

	private static final int BATCHES = 10;

	private static final int CALLS = 1_000;

	private static final String NOTE = "note ".repeat(160);

	private static final ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();

	private static final List<String> keys = IntStream.range(0, KEYS).mapToObj((i) -> "workflow-" + i).toList();

	private static ConfigurableApplicationContext context;

	private static StatementCountingDataSource dataSource;

	record Receipt(String workflowId, long blockNumber) {

	}

	record Line(String article, int quantity, BigDecimal price) {

		Line(int number) {
			this("article-" + number, number, new BigDecimal("19.95"));
		}

	}

	/** Nobody can change it. */
	record Order(String customer, String note, Line first, Line second) {

		Order() {
			this("customer-4711", NOTE, new Line(1), new Line(2));
		}

	}

	/** Somebody may change its list. */
	record Basket(String customer, String note, List<Line> lines) {

		Basket() {
			this("customer-4711", NOTE, new ArrayList<>(List.of(new Line(1))));
		}

	}

	static class Contracts {

		@Idempotent(key = "#workflowId", operation = "contract.submit")
		public Receipt submit(String workflowId) {
			return new Receipt(workflowId, 1);
		}

		@Idempotent(key = "#workflowId", operation = "contract.order")
		public Receipt order(String workflowId, Order order) {
			return new Receipt(workflowId, 1);
		}

		@Idempotent(key = "#workflowId", operation = "contract.basket")
		public Receipt basket(String workflowId, Basket basket) {
			return new Receipt(workflowId, 1);
		}

	}

	static class CachedContracts {

		@Cacheable(cacheNames = "receipts", key = "#workflowId")
		public Receipt submit(String workflowId) {
			return new Receipt(workflowId, 1);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableCaching
	@ImportAutoConfiguration({ AopAutoConfiguration.class, IdempotencyStoreAutoConfiguration.class,
			IdempotencyAutoConfiguration.class })
	static class Application {

		@Bean
		CaffeineCacheManager cacheManager() {
			return new CaffeineCacheManager();
		}

	}

	@BeforeAll
	static void start() {
		Address address = TestDatabase.H2.create();
		dataSource = new StatementCountingDataSource(
				new DriverManagerDataSource(address.url(), address.user(), address.password()));
		context = new SpringApplicationBuilder(Application.class, Contracts.class, CachedContracts.class)
			.web(WebApplicationType.NONE)
			.initializers((context) -> context.getBeanFactory().registerSingleton("dataSource", dataSource))
			.properties("idempotent.jdbc.initialize-schema=never", "idempotent.purge.enabled=false",
					"spring.main.banner-mode=off")
			.run();
	}

	@AfterAll
	static void close() {
		context.close();
	}

	@Test
	void aReplayLeavesAtMostAThirdOfWhatAHitOfCacheableLeaves() {
		Contracts contracts = context.getBean(Contracts.class);
		CachedContracts cached = context.getBean(CachedContracts.class);
		long replay = bytes((i) -> contracts.submit(keys.get(i)));
		long hit = bytes((i) -> cached.submit(keys.get(i)));
		assertThat(replay * 3).as("three times %d bytes, against %d of @Cacheable", replay, hit)
			.isLessThanOrEqualTo(hit);
	}

	@Test
	void aReplayOfATextKeyLeavesAtMostHalfAKilobyte() {
		Contracts contracts = context.getBean(Contracts.class);
		assertThat(bytes((i) -> contracts.submit(keys.get(i)))).isLessThanOrEqualTo(512);
	}

	@Test
	void aReplayThatChecksAPayloadThatNobodyCanChangeLeavesAFewKilobytes() {
		Contracts contracts = context.getBean(Contracts.class);
		List<Order> orders = Stream.generate(Order::new).limit(KEYS).toList();
		assertThat(bytes((i) -> contracts.order(keys.get(i), orders.get(i)))).isLessThanOrEqualTo(3_400);
	}

	@Test
	void aReplayThatChecksAPayloadThatCanChangeLeavesAFewKilobytes() {
		Contracts contracts = context.getBean(Contracts.class);
		List<Basket> baskets = Stream.generate(Basket::new).limit(KEYS).toList();
		assertThat(bytes((i) -> contracts.basket(keys.get(i), baskets.get(i)))).isLessThanOrEqualTo(3_050);
	}

	/**
	 * Of a call, once the first ones have filled caches and loaded classes: the least of
	 * several batches, as others may be disturbed.
	 */
	private static long bytes(IntConsumer call) {
		IntStream.range(0, KEYS).forEach(call);
		dataSource.reset();
		long bytes = IntStream.range(0, BATCHES).mapToLong((batch) -> {
			long before = thread.getCurrentThreadAllocatedBytes();
			for (int i = 0; i < CALLS; i++) {
				call.accept(i % KEYS);
			}
			return (thread.getCurrentThreadAllocatedBytes() - before) / CALLS;
		}).min().orElseThrow();
		assertThat(dataSource.count()).as("statements").isZero();
		return bytes;
	}

}
