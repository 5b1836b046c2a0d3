package io.idempotent;

import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import io.idempotent.ReplayedResults.Row;
import io.idempotent.autoconfigure.IdempotencyAutoConfiguration;
import io.idempotent.autoconfigure.IdempotencyStoreAutoConfiguration;
import io.idempotent.store.IdempotencyStore;
import io.idempotent.store.memory.MemoryIdempotencyStore;
import org.aopalliance.intercept.MethodInterceptor;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.aop.Advisor;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.annotation.AnnotationMatchingPointcut;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Role;
import org.springframework.http.HttpEntity;
import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every type of result, by every store, with the local cache and without, on the node
 * that executed and on another.
 */
@ParameterizedClass(name = "{0}, local cache {1}")
@CsvSource({ "memory, true", "memory, false", "jdbc, true", "jdbc, false" })
class ResultReplayTests {

	private static final Map<String, AtomicInteger> executions = new ConcurrentHashMap<>();

	private static final IdempotencyStore memory = new MemoryIdempotencyStore();

	private static ConfigurableApplicationContext one;

	private static ConfigurableApplicationContext two;

	@Parameter(0)
	String store;

	@Parameter(1)
	boolean localCache;

	@BeforeParameterizedClassInvocation
	static void start(String store, boolean localCache) {
		String url = "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
		one = node(store, localCache, url);
		two = node(store, localCache, url);
	}

	@AfterParameterizedClassInvocation
	static void stop() {
		one.close();
		two.close();
		// the level is that of the whole JVM
		LoggingSystem.get(ResultReplayTests.class.getClassLoader())
			.setLogLevel(LoggingSystem.ROOT_LOGGER_NAME, LogLevel.INFO);
	}

	private static ConfigurableApplicationContext node(String store, boolean localCache, String url) {
		return new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE).initializers((context) -> {
			if (store.equals("memory")) {
				context.getBeanFactory().registerSingleton("store", memory);
			}
		})
			.properties("spring.datasource.url=" + url, "idempotent.store=" + store,
					"idempotent.local-cache.enabled=" + localCache, "idempotent.purge.enabled=false",
					"spring.main.banner-mode=off", "logging.level.root=warn")
			.run();
	}

	static Stream<Named<Method>> rows() {
		return Arrays.stream(ReplayedResults.class.getDeclaredMethods())
			.filter((method) -> method.isAnnotationPresent(Row.class))
			.peek(ReflectionUtils::makeAccessible)
			.sorted(Comparator.comparing(Method::getName))
			.map((method) -> Named.of(method.getGenericReturnType().getTypeName() + " " + method.getName(), method));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("rows")
	void aResultReplaysAsItWasAndIsNobodyElses(Method method) {
		String key = this.store + this.localCache;
		Object original = call(new ReplayedResults(), method, key);
		try {
			spoil(call(one.getBean(ReplayedResults.class), method, key));
		}
		catch (UnsupportedOperationException ex) {
			// what the method returned cannot be changed; replays can
		}
		for (ConfigurableApplicationContext node : List.of(one, one, two, two)) {
			Object replay = call(node.getBean(ReplayedResults.class), method, key);
			assertSame(replay, original, method.getAnnotation(Row.class));
			spoil(replay);
		}
		assertThat(executions.get(method.getName() + key)).hasValue(1);
	}

	static void assertSame(Object replay, Object original, Row row) {
		if (original == null) {
			assertThat(replay).isNull();
			return;
		}
		assertThat(replay).isExactlyInstanceOf((row.as() != Row.class) ? row.as() : original.getClass());
		if (row.byState()) {
			assertThat(replay).usingRecursiveComparison().withStrictTypeChecking().isEqualTo(original);
		}
		else {
			assertThat(replay).isEqualTo(original);
		}
		if (row.ordered()) {
			assertThat(replay).hasToString(original.toString());
		}
	}

	static Object call(ReplayedResults results, Method method, String key) {
		Object result = ReflectionUtils.invokeMethod(method, results, key);
		if (result instanceof CompletionStage<?> stage) {
			return stage.toCompletableFuture().join();
		}
		if (result instanceof Mono<?> mono) {
			return mono.block();
		}
		return (result instanceof Flux<?> flux) ? flux.collectList().block() : result;
	}

	/**
	 * Changes whatever can be changed of a value.
	 */
	@SuppressWarnings("JavaUtilDate")
	private static void spoil(Object value) {
		if (value instanceof Collection<?> collection) {
			collection.clear();
		}
		else if (value instanceof Map<?, ?> map) {
			map.clear();
		}
		else if (value instanceof HttpEntity<?> entity) {
			spoil(entity.getBody());
		}
		else if (value instanceof Date date) {
			date.setTime(0);
		}
		else if (value instanceof AtomicInteger number) {
			number.set(-1);
		}
		else if (value != null && value.getClass().isArray() && Array.getLength(value) > 0) {
			Array.set(value, 0, Array.get(Array.newInstance(value.getClass().getComponentType(), 1), 0));
		}
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ AopAutoConfiguration.class, DataSourceAutoConfiguration.class,
			IdempotencyStoreAutoConfiguration.class, IdempotencyAutoConfiguration.class })
	@Import(ReplayedResults.class)
	static class Application {

		@Bean
		@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
		static Advisor counting() {
			DefaultPointcutAdvisor advisor = new DefaultPointcutAdvisor(
					AnnotationMatchingPointcut.forMethodAnnotation(Row.class), (MethodInterceptor) (invocation) -> {
						executions
							.computeIfAbsent(invocation.getMethod().getName() + invocation.getArguments()[0],
									(name) -> new AtomicInteger())
							.incrementAndGet();
						return invocation.proceed();
					});
			advisor.setOrder(Integer.MAX_VALUE);
			return advisor;
		}

	}

}
