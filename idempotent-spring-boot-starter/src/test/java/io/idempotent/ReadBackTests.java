package io.idempotent;

import java.lang.reflect.Type;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.stream.Stream;

import io.idempotent.autoconfigure.IdempotencyAutoConfiguration;
import io.idempotent.autoconfigure.IdempotencyStoreAutoConfiguration;
import io.idempotent.codec.result.JsonResultCodec;
import io.idempotent.codec.result.ReadBackResultCodec;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.ResolvableType;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A result that would replay as another one: its caller has it as it is, the log says
 * what differs, and a duplicate is told instead of getting the other one.
 */
@ParameterizedClass(name = "local cache {0}")
@ValueSource(booleans = { true, false })
@ExtendWith(OutputCaptureExtension.class)
class ReadBackTests {

	private static ConfigurableApplicationContext context;

	@BeforeParameterizedClassInvocation
	static void start(boolean localCache) {
		context = new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.properties("spring.datasource.url=jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1",
					"idempotent.store=jdbc", "idempotent.local-cache.enabled=" + localCache,
					"spring.main.banner-mode=off")
			.run();
	}

	@AfterParameterizedClassInvocation
	static void stop() {
		context.close();
	}

	ReadBackTests(boolean localCache) {
	}

	static Stream<Named<BiFunction<Doubling, String, Object>>> calls() {
		return Stream.of(Named.of("value", Doubling::value), Named.of("list", Doubling::list),
				Named.of("joined", Doubling::joined),
				Named.of("future", (beans, key) -> Mono.fromFuture(beans.future(key)).block()),
				Named.of("mono", (beans, key) -> beans.mono(key).block()),
				Named.of("template",
						(beans, key) -> context.getBean(IdempotencyTemplate.class)
							.operation("template")
							.key(key)
							.returning(Doubled.class)
							.execute(() -> beans.run("template", key))));
	}

	@ParameterizedTest
	@MethodSource("calls")
	void aResultThatWouldReplayAsAnotherIsUnavailableAndItsOwnCallerHasIt(BiFunction<Doubling, String, Object> call,
			CapturedOutput output) {
		Doubling beans = context.getBean(Doubling.class);
		int before = Doubling.runs.get();
		for (String key : List.of(UUID.randomUUID().toString(), UUID.randomUUID().toString())) {
			assertThat(call.apply(beans, key).toString()).contains("value=aa").doesNotContain("aaaa");

			for (int i = 0; i < 2; i++) {
				assertThatExceptionOfType(ResultUnavailableException.class).isThrownBy(() -> call.apply(beans, key))
					.withMessageContaining("It would not come back as it was returned");
			}
		}
		assertThat(Doubling.runs.get() - before).isEqualTo(2);
		assertThat(output.getOut().lines().filter((line) -> line.contains("would not replay as it was"))).hasSize(2)
			.allMatch((line) -> line.contains("ERROR") && line.contains("The result of operation '")
					&& line.contains(Doubled.class.getName() + ".value") && !line.contains("aa"));
	}

	@Test
	void aResultThatSortsByAComparatorOfItsOwnIsUnavailableUnlessItsDeclaredTypeKeepsTheOrder() {
		Doubling beans = context.getBean(Doubling.class);
		for (String key : List.of(UUID.randomUUID().toString(), UUID.randomUUID().toString())) {
			assertThat(beans.naturallySorted(key)).isEqualTo(beans.naturallySorted(key)).containsOnlyKeys("a", "b");
			assertThat(beans.sorted(key).comparator()).isNotNull();
			assertThatExceptionOfType(ResultUnavailableException.class).isThrownBy(() -> beans.sorted(key));
			assertThat(beans.ordered(key).keySet()).containsExactly("b", "a");
			assertThat(beans.ordered(key).keySet()).containsExactly("b", "a");
		}
	}

	@Test
	void aResultThatReplaysAsItWasIsReplayed(CapturedOutput output) {
		Doubling beans = context.getBean(Doubling.class);

		assertThat(beans.exact("k")).isEqualTo(beans.exact("k"));
		assertThat(output).doesNotContain("would not replay");
	}

	@Test
	void everyTypeOfResultThatReplaysIsReadBackOnceAndComesBack(CapturedOutput output) {
		Counting counting = new Counting();
		ResultCodec codec = new ReadBackResultCodec(counting);
		ResultReplayTests.rows().map(Named::getPayload).forEach((method) -> {
			Object result = ResultReplayTests.call(new ReplayedResults(), method, "k");
			ResolvableType type = ResolvableType.forMethodReturnType(method);
			if (type.toClass() == Flux.class) {
				type = ResolvableType.forClassWithGenerics(List.class, type.getGeneric());
			}
			else if (CompletionStage.class.isAssignableFrom(type.toClass()) || type.toClass() == Mono.class) {
				type = type.getGeneric();
			}
			int before = counting.decoded;
			byte[] bytes = codec.encode(result, type.getType());
			assertThat(codec.encode(result, type.getType())).as(method.getName()).isEqualTo(bytes);
			assertThat(counting.decoded - before).as(method.getName()).isLessThanOrEqualTo(1);
		});

		assertThat(counting.decoded).isGreaterThan(100);
		assertThat(output).doesNotContain("cannot be compared");
	}

	static final class Counting implements ResultCodec {

		private final ResultCodec codec = new JsonResultCodec();

		private int decoded;

		@Override
		public String format() {
			return this.codec.format();
		}

		@Override
		public void validate(Type type) {
			this.codec.validate(type);
		}

		@Override
		public byte[] encode(Object result, Type type) {
			return this.codec.encode(result, type);
		}

		@Override
		public Object decode(byte[] bytes, Type type) {
			this.decoded++;
			return this.codec.decode(bytes, type);
		}

	}

	/** A record whose constructor changes what it is given, once more for each replay. */
	record Doubled(String value) {

		Doubled {
			value = value + value;
		}

	}

	record Exact(String value) {

	}

	static class Doubling {

		private static final AtomicInteger runs = new AtomicInteger();

		Doubled run(String operation, String key) {
			runs.incrementAndGet();
			return new Doubled("a");
		}

		@Idempotent(key = "#id", operation = "value")
		Doubled value(String id) {
			return run("value", id);
		}

		@Idempotent(key = "#id", operation = "list")
		List<Doubled> list(String id) {
			return List.of(run("list", id));
		}

		@Idempotent(key = "#id", operation = "joined", transaction = TransactionMode.JOIN)
		Doubled joined(String id) {
			return run("joined", id);
		}

		@Idempotent(key = "#id", operation = "future")
		CompletableFuture<Doubled> future(String id) {
			return CompletableFuture.completedFuture(run("future", id));
		}

		@Idempotent(key = "#id", operation = "mono")
		Mono<Doubled> mono(String id) {
			return Mono.fromSupplier(() -> run("mono", id));
		}

		@Idempotent(key = "#id", operation = "naturally.sorted")
		SortedMap<String, Integer> naturallySorted(String id) {
			return new TreeMap<>(Map.of("a", 1, "b", 2));
		}

		@Idempotent(key = "#id", operation = "sorted")
		SortedMap<String, Integer> sorted(String id) {
			SortedMap<String, Integer> map = new TreeMap<>(Comparator.reverseOrder());
			map.putAll(naturallySorted("of " + id));
			return map;
		}

		@Idempotent(key = "#id", operation = "ordered")
		Map<String, Integer> ordered(String id) {
			return new TreeMap<>(sorted("of " + id));
		}

		@Idempotent(key = "#id", operation = "exact")
		Exact exact(String id) {
			return new Exact(UUID.randomUUID().toString());
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ AopAutoConfiguration.class, DataSourceAutoConfiguration.class,
			DataSourceTransactionManagerAutoConfiguration.class, TransactionAutoConfiguration.class,
			IdempotencyStoreAutoConfiguration.class, IdempotencyAutoConfiguration.class })
	@Import(Doubling.class)
	static class Application {

	}

}
