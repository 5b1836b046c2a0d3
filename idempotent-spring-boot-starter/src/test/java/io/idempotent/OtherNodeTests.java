package io.idempotent;

import java.math.BigDecimal;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Time;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Calendar;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TimeZone;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import javax.sql.DataSource;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two JVMs on one database that differ in all that a JVM may differ in: the order of its
 * sets, locale, time zone and charset.
 */
class OtherNodeTests {

	private static final List<String> IDS = IntStream.range(0, 12).mapToObj((i) -> "o-" + i).toList();

	private static final Instant NOON = Instant.parse("2026-12-01T12:00:00.123Z");

	@TempDir
	private Path directory;

	@Test
	void oneNodeFindsTheRecordsOfTheOther() throws Exception {
		List<String> first = run("-Duser.language=ar", "-Duser.country=EG", "-Duser.timezone=Asia/Kathmandu",
				"-Dfile.encoding=ISO-8859-1");
		List<String> second = run("-Duser.language=th", "-Duser.country=TH", "-Duser.extensions=u-nu-thai",
				"-Duser.timezone=America/Los_Angeles", "-Dfile.encoding=UTF-8");
		assertThat(first).last().isEqualTo("12 of 12 have run");
		assertThat(second).last().isEqualTo("0 of 12 have run");
		assertThat(first.get(0)).as("locale, zone, charset and the order of a set").isNotEqualTo(second.get(0));
	}

	private List<String> run(String... options) throws Exception {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
						"-Xshare:auto", "-cp", System.getProperty("java.class.path")));
		command.addAll(List.of(options));
		command.addAll(List.of(Node.class.getName(), "jdbc:h2:file:" + this.directory.resolve("db")));
		Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
		try (var output = process.inputReader(StandardCharsets.UTF_8)) {
			return output.lines().filter((line) -> line.startsWith("> ")).map((line) -> line.substring(2)).toList();
		}
		finally {
			assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
		}
	}

	enum Kind {

		URGENT;

		@Override
		public String toString() {
			return String.format("%,d", 1234);
		}

	}

	record Order(String id, Set<String> items, Map<String, Integer> amounts, Date at, LocalDate day, BigDecimal price,
			String email, Kind kind) {

	}

	static class Orders {

		static final AtomicInteger runs = new AtomicInteger();

		@Idempotent(operation = "set", key = "#ids")
		public int bySet(Set<String> ids) {
			return runs.incrementAndGet();
		}

		@Idempotent(operation = "composite", key = "{#order.id, #order.items, #order.amounts.keySet()}")
		public int byComposite(Order order) {
			return runs.incrementAndGet();
		}

		@Idempotent(operation = "date", key = "#order.id", scope = "#order.at")
		public int byDateAsScope(Order order) {
			return runs.incrementAndGet();
		}

		@Idempotent(operation = "text",
				key = "#order.id + #order.at + '/' + #order.day + '/' + #order.price + #order.kind",
				scope = "'day ' + #order.day")
		public int byText(Order order) {
			return runs.incrementAndGet();
		}

		@Idempotent(operation = "email", key = "#order.email.toLowerCase()", scope = "#order.email.toUpperCase()")
		public int byEmail(Order order) {
			return runs.incrementAndGet();
		}

		@Idempotent(operation = "kind", key = "#order.kind", scope = "#order.kind", payload = "'n° ' + #order.at")
		public int byConstant(Order order) {
			return runs.incrementAndGet();
		}

		@Idempotent(operation = "price", key = "#order.price", scope = "#order.price")
		public int byNumber(Order order) {
			return runs.incrementAndGet();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		DataSource dataSource() {
			return new DriverManagerDataSource(System.getProperty("url"));
		}

		@Bean
		Orders orders() {
			return new Orders();
		}

	}

	/**
	 * One of the two.
	 */
	static final class Node {

		public static void main(String[] arguments) {
			System.setProperty("url", arguments[0]);
			System.out.println("> " + Locale.getDefault() + TimeZone.getDefault().getID() + Charset.defaultCharset()
					+ Set.copyOf(IDS));
			try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class)
				.web(WebApplicationType.NONE)
				.properties("idempotent.jdbc.initialize-schema=always", "spring.main.banner-mode=off",
						"idempotent.purge.enabled=false", "spring.main.lazy-initialization=false")
				.run()) {
				System.out.println("> " + callAll(context) + " of 12 have run");
			}
		}

		private static int callAll(ConfigurableApplicationContext context) {
			Orders orders = context.getBean(Orders.class);
			Order order = new Order("n° 1", Set.copyOf(IDS),
					IDS.stream().collect(Collectors.toUnmodifiableMap((id) -> id, String::length)), Date.from(NOON),
					LocalDate.of(2026, 12, 1), new BigDecimal("1E+3"), "INFO@BIZİ.example", Kind.URGENT);
			orders.bySet(Set.copyOf(IDS));
			orders.byComposite(order);
			orders.byDateAsScope(order);
			orders.byText(order);
			orders.byEmail(order);
			orders.byConstant(order);
			orders.byNumber(order);
			Calendar calendar = Calendar.getInstance();
			calendar.setTimeInMillis(NOON.toEpochMilli());
			IdempotencyTemplate template = context.getBean(IdempotencyTemplate.class);
			for (Object key : List.of(Set.copyOf(IDS), List.of("a", Set.copyOf(IDS)), new Object[] { calendar, 1234.5 },
					Timestamp.from(NOON), List.of(Kind.URGENT, order.amounts().keySet(), 1_000_000))) {
				template.operation("template")
					.key(key)
					.payload(order.items(), order.amounts(), order.at(), order.kind(), order.price(),
							java.sql.Date.valueOf(order.day()), new java.sql.Date(NOON.toEpochMilli()),
							Time.valueOf("12:30:00"), Timestamp.from(NOON))
					.returning(Integer.class)
					.execute(Orders.runs::incrementAndGet);
			}
			return Orders.runs.get();
		}

	}

}
