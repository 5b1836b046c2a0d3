package io.idempotent.interceptor;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import io.idempotent.AbandonedPolicy;
import io.idempotent.IdempotencyScopeResolver;
import io.idempotent.InProgressPolicy;
import io.idempotent.TransactionMode;
import io.idempotent.codec.result.JsonResultCodec;
import io.idempotent.engine.PayloadDigester;
import io.idempotent.engine.failure.UnknownFailures;
import io.idempotent.engine.operation.EngineSettings;
import io.idempotent.engine.operation.EngineSettings.LocalCacheSettings;
import io.idempotent.engine.operation.Operations;
import io.idempotent.engine.transaction.JoinableTransactions;
import io.idempotent.store.memory.MemoryIdempotencyStore;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

/**
 * An operation source outside of an application, with the properties that a test sets.
 */
final class TestOperations {

	final DefaultListableBeanFactory beanFactory = new DefaultListableBeanFactory();

	final RecordingDigester digester = new RecordingDigester();

	final Operations operations = new Operations(settings(), new JsonResultCodec(),
			() -> new JoinableTransactions(new MemoryIdempotencyStore(), null));

	private final Map<String, Object> properties = new HashMap<>();

	IdempotencyScopeResolver scopeResolver = (invocation) -> "";

	TestOperations() {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources().addFirst(new MapPropertySource("test", this.properties));
		this.beanFactory.addEmbeddedValueResolver(environment::resolveRequiredPlaceholders);
	}

	static EngineSettings settings() {
		return new EngineSettings(Duration.ofHours(24), Duration.ofSeconds(30), Duration.ofHours(1),
				InProgressPolicy.REJECT, Duration.ofSeconds(10), AbandonedPolicy.HOLD, TransactionMode.INDEPENDENT,
				new UnknownFailures(Set.of(InterruptedException.class), false), 255, 1_000_000,
				new LocalCacheSettings(true, 1_000_000, Duration.ofMinutes(10)));
	}

	TestOperations with(String property, String value) {
		this.properties.put(property, value);
		return this;
	}

	IdempotentOperationSource source() {
		return source(this.digester);
	}

	IdempotentOperationSource source(PayloadDigester digester) {
		return new IdempotentOperationSource(this.operations, digester,
				() -> (invocation) -> this.scopeResolver.resolveScope(invocation), RequestGuard::none,
				this.beanFactory);
	}

	/** What is read of the only method of that name that the class has or inherits. */
	IdempotentMethod read(Class<?> beanClass, String method) {
		return source().find(methodOf(beanClass, method), beanClass);
	}

	IdempotentCall call(Object bean, String method, Object... arguments) {
		IdempotentMethod read = read(bean.getClass(), method);
		Caller caller = read.principals().callerOf(read.source().method(), bean.getClass(), arguments);
		return (IdempotentCall) read.inputs(bean, arguments, caller);
	}

	static Method methodOf(Class<?> type, String name) {
		return Stream.concat(Stream.of(type.getMethods()), Stream.of(type.getDeclaredMethods()))
			.filter((method) -> method.getName().equals(name) && !method.isBridge())
			.findFirst()
			.orElseThrow();
	}

}
