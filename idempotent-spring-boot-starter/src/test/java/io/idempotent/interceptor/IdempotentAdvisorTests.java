package io.idempotent.interceptor;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import io.idempotent.Idempotent;
import io.idempotent.IdempotencyKeyReusedException;
import io.idempotent.InvalidIdempotencyKeyException;
import io.idempotent.MissingIdempotencyKeyException;
import io.idempotent.engine.IdempotencyEngine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.aop.support.AopUtils;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.core.Ordered;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

/**
 * Calls from the proxy to the record and back.
 */
@ExtendWith(OutputCaptureExtension.class)
class IdempotentAdvisorTests {

	static List<ApplicationContextRunner> runners() {
		return List.of(Application.proxyingClasses(), Application.proxyingInterfaces(),
				Application.proxyingForInfrastructure());
	}

	@ParameterizedTest
	@MethodSource("runners")
	void aMethodRunsOncePerKeyHoweverItsBeanIsProxied(ApplicationContextRunner runner) {
		runner.withBean(Contracts.class).run((context) -> {
			Submission bean = context.getBean(Submission.class);
			assertThat(bean.submit("w-1", "text")).isEqualTo("w-1 by call 1");
			assertThat(bean.submit("w-1", "text")).isEqualTo("w-1 by call 1");
			assertThat(bean.submit("w-2", "text")).isEqualTo("w-2 by call 2");
		});
	}

	@Test
	void theProxiesOfTheseTestsAreOfBothKinds() {
		Application.proxyingClasses()
			.withBean(Contracts.class)
			.run((context) -> assertThat(AopUtils.isCglibProxy(context.getBean(Submission.class))).isTrue());
		Application.proxyingInterfaces()
			.withBean(Contracts.class)
			.run((context) -> assertThat(AopUtils.isJdkDynamicProxy(context.getBean(Submission.class))).isTrue());
	}

	@Test
	void withoutAKeyTheMethodDoesNotRun() {
		Application.proxyingClasses().withBean(Contracts.class).run((context) -> {
			Contracts bean = context.getBean(Contracts.class);
			assertThatExceptionOfType(MissingIdempotencyKeyException.class).isThrownBy(() -> bean.submit(null, "text"))
				.withMessageContaining("expression '#workflowId'");
			assertThat(bean.calls()).isZero();
		});
	}

	@Test
	void withAKeyThatCannotBeEvaluatedTheMethodDoesNotRun() {
		Application.proxyingClasses().withBean(Orders.class).run((context) -> {
			Orders bean = context.getBean(Orders.class);
			assertThatExceptionOfType(InvalidIdempotencyKeyException.class).isThrownBy(() -> bean.place(null))
				.withMessageContaining("expression '#order.id' of `key` could not be evaluated");
		});
	}

	@Test
	void anotherPayloadUnderTheSameKeyIsRefused() {
		Application.proxyingClasses().withBean(Contracts.class).run((context) -> {
			Contracts bean = context.getBean(Contracts.class);
			bean.submit("w-1", "text");
			assertThatExceptionOfType(IdempotencyKeyReusedException.class)
				.isThrownBy(() -> bean.submit("w-1", "another text"))
				.withMessageContaining("the argument text");
		});
	}

	@Test
	void aCheckedExceptionArrivesAsItIs() {
		Application.proxyingClasses().withBean(Orders.class).run((context) -> {
			Orders bean = context.getBean(Orders.class);
			assertThatIOException().isThrownBy(() -> bean.fail("w-1")).withMessage("call 1").withNoCause();
			assertThatIOException().isThrownBy(() -> bean.fail("w-1")).withMessage("call 2");
		});
	}

	@Test
	void aMethodWithoutTheAnnotationIsNotTouched() {
		Application.proxyingClasses().withBean(Contracts.class).run((context) -> {
			Contracts bean = context.getBean(Contracts.class);
			assertThat(bean.calls()).isZero();
			assertThat(bean.plain("a")).isEqualTo("a1");
			assertThat(bean.plain("a")).isEqualTo("a2");
		});
	}

	@Test
	void aClientThatIsOnlyAnInterfaceIsGuarded() {
		AtomicInteger calls = new AtomicInteger();
		Application.proxyingClasses()
			.withBean(Client.class, () -> (Client) Proxy.newProxyInstance(Client.class.getClassLoader(),
					new Class<?>[] { Client.class }, (proxy, method, arguments) -> switch (method.getName()) {
						case "pay" -> List.of(calls.incrementAndGet());
						case "equals" -> proxy == arguments[0];
						case "hashCode" -> 1;
						default -> "client";
					}))
			.run((context) -> {
				assertThat(context.getBean(Client.class).pay("p-1")).containsExactly(1);
				assertThat(context.getBean(Client.class).pay("p-1")).containsExactly(1);
			});
	}

	@Test
	void beansBehindScopedProxiesAndLazyBeansAreGuarded() {
		Application.proxyingClasses().withUserConfiguration(Scoped.class).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBeansOfType(Contracts.class)).hasSizeGreaterThanOrEqualTo(2);
			for (String name : List.of("scoped", "lazy")) {
				Contracts bean = context.getBean(name, Contracts.class);
				assertThat(bean.submit(name, "text")).isEqualTo(bean.submit(name, "text"));
			}
		});
	}

	@Test
	void neitherTheAdvisorNorWhatItCallsIsCreatedTooEarly(CapturedOutput output) {
		for (ApplicationContextRunner runner : runners()) {
			runner.withBean(Contracts.class).run((context) -> assertThat(context).hasNotFailed());
		}
		assertThat(output).doesNotContain("not eligible for getting processed by all BeanPostProcessors");
	}

	@Test
	void theEngineIsNotAskedForBeforeTheFirstCall() {
		Application.proxyingClasses()
			.withBean(Contracts.class)
			.withInitializer((context) -> context
				.addBeanFactoryPostProcessor((factory) -> factory.getBeanDefinition("engine").setLazyInit(true)))
			.run((context) -> {
				assertThat(context.getBeanFactory().containsSingleton("engine")).isFalse();
				context.getBean(Contracts.class).submit("w-1", "text");
				assertThat(context.getBeanFactory().containsSingleton("engine")).isTrue();
				assertThat(context).hasSingleBean(IdempotencyEngine.class);
			});
	}

	@Test
	void theAdviceStandsOutsideTransactions() {
		assertThat(IdempotentAdvisor.ORDER).isLessThan(Ordered.LOWEST_PRECEDENCE);
		Application.proxyingClasses()
			.run((context) -> assertThat(context.getBean(IdempotentAdvisor.class).getOrder())
				.isEqualTo(IdempotentAdvisor.ORDER));
	}

	interface Submission {

		@Idempotent(key = "#workflowId", operation = "contract.submit")
		String submit(String workflowId, String text);

	}

	interface Client {

		@Idempotent(key = "#id", operation = "client.pay")
		List<Integer> pay(String id);

	}

	record Order(String id) {

	}

	static class Contracts implements Submission {

		private final AtomicInteger calls = new AtomicInteger();

		@Override
		public String submit(String workflowId, String text) {
			return workflowId + " by call " + this.calls.incrementAndGet();
		}

		public String plain(String text) {
			return text + this.calls.incrementAndGet();
		}

		public int calls() {
			return this.calls.get();
		}

	}

	static class Orders {

		private final AtomicInteger calls = new AtomicInteger();

		@Idempotent(key = "#order.id", operation = "order.place")
		public void place(Order order) {
			this.calls.incrementAndGet();
		}

		@Idempotent(key = "#id", operation = "order.fail")
		protected void fail(String id) throws IOException {
			throw new IOException("call " + this.calls.incrementAndGet());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Scoped {

		@Bean
		@Scope(scopeName = "prototype", proxyMode = ScopedProxyMode.TARGET_CLASS)
		Contracts scoped() {
			return new Contracts();
		}

		@Bean
		@Lazy
		Contracts lazy() {
			return new Contracts();
		}

	}

}
