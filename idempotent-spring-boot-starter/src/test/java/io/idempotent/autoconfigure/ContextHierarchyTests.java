package io.idempotent.autoconfigure;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicInteger;

import io.idempotent.IdempotencyTemplate;
import io.idempotent.Idempotent;
import io.idempotent.engine.IdempotencyEngine;
import io.idempotent.interceptor.InvalidIdempotentMethodException;
import io.idempotent.store.IdempotencyStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.http.converter.autoconfigure.HttpMessageConvertersAutoConfiguration;
import org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.EnableAspectJAutoProxy;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.RestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Each context guards its own beans, wherever the starter is configured, or does not
 * start.
 */
class ContextHierarchyTests {

	/** A parent stays open if its child does not start. */
	private static final Deque<ConfigurableApplicationContext> parents = new ArrayDeque<>();

	@AfterEach
	void closeParents() {
		while (!parents.isEmpty()) {
			parents.pop().close();
		}
	}

	@ParameterizedTest
	@EnumSource
	void beansOfAChildAreGuardedWithTheBeansOfTheChild(Configured configured) {
		try (ConfigurableApplicationContext child = configured.start(Payments.class)) {
			Payment payment = child.getBean(Payment.class);
			assertThat(payment.pay("1")).isEqualTo("run 1");
			assertThat(payment.pay("1")).isEqualTo("run 1");
			assertThat(payment.pay("2")).isEqualTo("run 2");
		}
	}

	@ParameterizedTest
	@EnumSource
	void whatWouldNotBeGuardedInAChildStopsItsStart(Configured configured) {
		assertThatExceptionOfType(InvalidIdempotentMethodException.class)
			.isThrownBy(() -> configured.start(FinalPayment.class).close())
			.withMessageContaining("FinalPayment.pay(String): it is final");
		assertThatExceptionOfType(InvalidIdempotentMethodException.class)
			.isThrownBy(() -> configured.start(BadKeys.class).close())
			.withMessageContaining("refers to #nothing")
			.withMessageContaining("refers to the bean 'missing', which does not exist");
	}

	@ParameterizedTest
	@EnumSource
	void aLateBeanOfAChildIsCheckedWhenItIsCreated(Configured configured) {
		try (ConfigurableApplicationContext child = configured.start(LateFinal.class)) {
			assertThatException().isThrownBy(() -> child.getBean(Pay.class))
				.havingRootCause()
				.isInstanceOf(InvalidIdempotentMethodException.class)
				.withMessageContaining("FinalPayment.pay(String): it is final");
		}
	}

	@Test
	void aHierarchyHasOneEngineOneStoreAndOnePurge() {
		try (ConfigurableApplicationContext child = Configured.IN_BOTH.start(Payments.class)) {
			for (Class<?> type : new Class<?>[] { IdempotencyEngine.class, IdempotencyStore.class, PurgeLifecycle.class,
					EngineLifecycle.class, IdempotencyTemplate.class }) {
				assertThat(BeanFactoryUtils.beansOfTypeIncludingAncestors(child, type)).as(type.getName()).hasSize(1);
				assertThat(child.getBeansOfType(type)).as(type.getName()).isEmpty();
			}
		}
	}

	@Test
	void aGrandchildIsGuarded() {
		try (ConfigurableApplicationContext grandchild = builder(Starter.class).child(Empty.class)
			.child(Payments.class)
			.run()) {
			Payment payment = grandchild.getBean(Payment.class);
			assertThat(payment.pay("1")).isEqualTo(payment.pay("1")).isEqualTo("run 1");
		}
	}

	@Test
	void siblingsShareTheEngineAndEachGuardsItsOwnBeans() {
		try (ConfigurableApplicationContext one = builder(Starter.class).child(Payments.class).run();
				ConfigurableApplicationContext other = new SpringApplicationBuilder(Payments.class)
					.parent((ConfigurableApplicationContext) one.getParent())
					.web(WebApplicationType.NONE)
					.run()) {
			assertThat(one.getBean(Payment.class).pay("1")).isEqualTo("run 1");
			assertThat(other.getBean(Payment.class).pay("1")).as("one operation, one record").isEqualTo("run 1");
			assertThat(other.getBean(Payment.class).pay("2")).isEqualTo("run 1");
		}
	}

	@Test
	void aCopyOfABeanInParentAndChildIsOneOperation() {
		try (ConfigurableApplicationContext child = builder(Starter.class, Payments.class).child(Payments.class)
			.run()) {
			assertThat(child.getParent().getBean(Payment.class).pay("1")).isEqualTo("run 1");
			assertThat(child.getBean(Payment.class).pay("1")).isEqualTo("run 1");
		}
	}

	@Test
	void aParentAndAChildMayNotGiveOneOperationToTwoMethods() {
		assertThatExceptionOfType(InvalidIdempotentMethodException.class)
			.isThrownBy(() -> builder(Starter.class, Payments.class).child(OtherPayment.class).run().close())
			.withMessageContaining("OtherPayment.other(String) of bean ")
			.withMessageContaining("Payment.pay(String) of bean 'payment'");
	}

	@Test
	void aChildThatIsClosedGivesTheNamesOfItsOperationsBack() {
		try (ConfigurableApplicationContext parent = builder(Starter.class).run()) {
			for (Class<?> configuration : new Class<?>[] { Payments.class, OtherPayment.class, Payments.class }) {
				new SpringApplicationBuilder(configuration).parent(parent).web(WebApplicationType.NONE).run().close();
			}
		}
	}

	@Test
	void aContextWithoutSpringBootDoesNotStartIfItsBeansWouldRunUnguarded() {
		try (ConfigurableApplicationContext parent = builder(Starter.class).run()) {
			assertThatExceptionOfType(InvalidIdempotentMethodException.class)
				.isThrownBy(() -> plain(parent, Payments.class).close())
				.withMessageContaining("bean 'payment' is not proxied, because only the parent of its context")
				.withMessageContaining("@ImportAutoConfiguration");
			assertThatExceptionOfType(InvalidIdempotentMethodException.class)
				.isThrownBy(() -> plain(parent, LateFinal.class, LazyPayment.class).close())
				.withMessageContaining("bean 'lazyPayment' is not proxied");
			plain(parent, Empty.class).close();
			try (ConfigurableApplicationContext late = plain(parent, LateFinal.class)) {
				assertThatException().isThrownBy(() -> late.getBean(Pay.class))
					.havingRootCause()
					.isInstanceOf(InvalidIdempotentMethodException.class);
			}
		}
	}

	@Test
	void aContextWithoutSpringBootThatImportsTheStarterIsGuarded() {
		try (ConfigurableApplicationContext parent = builder(Starter.class).run();
				ConfigurableApplicationContext child = plain(parent, Starter.class, Payments.class)) {
			assertThat(child.getBean(Payment.class).pay("1")).isEqualTo(child.getBean(Payment.class).pay("1"));
			assertThat(child.getBeansOfType(IdempotencyEngine.class)).isEmpty();
		}
	}

	@Test
	void aContextThatProxiesWithTheAdviceOfItsParentIsGuardedAndChecked() {
		try (ConfigurableApplicationContext parent = builder(Starter.class).run()) {
			try (ConfigurableApplicationContext child = plain(parent, AspectJ.class, SimplePayment.class)) {
				SimplePayment payment = child.getBean(SimplePayment.class);
				assertThat(payment.pay("1")).isEqualTo(payment.pay("1"));
			}
			assertThatExceptionOfType(InvalidIdempotentMethodException.class)
				.isThrownBy(() -> plain(parent, AspectJ.class, Payments.class).close())
				.withMessageContaining("refers to the bean 'tenants', which does not exist");
			assertThatExceptionOfType(InvalidIdempotentMethodException.class)
				.isThrownBy(() -> plain(parent, AspectJ.class, FinalPayment.class).close())
				.withMessageContaining("it is final");
		}
	}

	@Test
	void aChildMaySwitchTheGuardOnWhereItsParentSwitchedItOff() {
		try (ConfigurableApplicationContext child = builder(Starter.class).properties("idempotent.enabled=false")
			.child(Starter.class, SimplePayment.class)
			.properties("idempotent.enabled=true", "idempotent.store=memory")
			.run()) {
			SimplePayment payment = child.getBean(SimplePayment.class);
			assertThat(payment.pay("1")).isEqualTo(payment.pay("1"));
			assertThat(child.getBean(IdempotencyTemplate.class)).isNotInstanceOf(UnguardedTemplate.class);
		}
	}

	@Test
	void aChildMaySwitchTheGuardOffForItself() {
		try (ConfigurableApplicationContext child = builder(Starter.class).child(Starter.class, SimplePayment.class)
			.properties("idempotent.enabled=false")
			.run()) {
			SimplePayment payment = child.getBean(SimplePayment.class);
			assertThat(payment.pay("1")).isNotEqualTo(payment.pay("1"));
			assertThat(child.getBean(IdempotencyTemplate.class)).isInstanceOf(UnguardedTemplate.class);
		}
	}

	@Test
	void handlersOfAWebChildAreGuardedWhereTheParentIsNoWebApplication() {
		try (ConfigurableApplicationContext parent = builder(Starter.class).run();
				ConfigurableApplicationContext child = new SpringApplicationBuilder(Starter.class, Web.class)
					.parent(parent)
					.web(WebApplicationType.SERVLET)
					.properties("spring.main.web-application-type=servlet", "server.port=0", "server.address=127.0.0.1",
							"idempotent.web.anonymous=shared")
					.run()) {
			assertThat(child.getBeansOfType(IdempotencyEngine.class)).isEmpty();
			RestClient client = RestClient
				.create("http://127.0.0.1:" + child.getEnvironment().getRequiredProperty("local.server.port"));
			for (int i = 0; i < 2; i++) {
				assertThat(client.post().uri("/pay").header("Idempotency-Key", "1").retrieve().body(String.class))
					.isEqualTo("run 1");
			}
			assertThatExceptionOfType(HttpClientErrorException.BadRequest.class)
				.isThrownBy(() -> client.post().uri("/pay").retrieve().body(String.class));
		}
	}

	private static SpringApplicationBuilder builder(Class<?>... sources) {
		return new SpringApplicationBuilder(sources).bannerMode(Banner.Mode.OFF)
			.web(WebApplicationType.NONE)
			.initializers(parents::push)
			.properties("idempotent.store=memory", "spring.main.web-application-type=none");
	}

	private static AnnotationConfigApplicationContext plain(ConfigurableApplicationContext parent,
			Class<?>... sources) {
		AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
		context.setParent(parent);
		context.register(sources);
		context.refresh();
		return context;
	}

	/**
	 * Where the starter is configured.
	 */
	enum Configured {

		IN_PARENT {
			@Override
			ConfigurableApplicationContext start(Class<?> child) {
				return builder(Starter.class).child(child).run();
			}
		},

		IN_BOTH {
			@Override
			ConfigurableApplicationContext start(Class<?> child) {
				return builder(Starter.class).child(Starter.class, child).run();
			}
		},

		IN_CHILD {
			@Override
			ConfigurableApplicationContext start(Class<?> child) {
				return builder(Empty.class).child(Starter.class, child).run();
			}
		};

		abstract ConfigurableApplicationContext start(Class<?> child);

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ AopAutoConfiguration.class, IdempotencyStoreAutoConfiguration.class,
			IdempotencyAutoConfiguration.class, IdempotencyPurgeAutoConfiguration.class })
	static class Starter {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ PropertyPlaceholderAutoConfiguration.class,
			TomcatServletWebServerAutoConfiguration.class, DispatcherServletAutoConfiguration.class,
			WebMvcAutoConfiguration.class, HttpMessageConvertersAutoConfiguration.class,
			IdempotencyWebAutoConfiguration.class, IdempotencyWebMvcAutoConfiguration.class })
	@Import(Handler.class)
	static class Web {

	}

	@RestController
	static class Handler {

		private final AtomicInteger runs = new AtomicInteger();

		@Idempotent(operation = "handler.pay")
		@PostMapping("/pay")
		String pay() {
			return "run " + this.runs.incrementAndGet();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Empty {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAspectJAutoProxy(proxyTargetClass = true)
	static class AspectJ {

	}

	interface Pay {

		String pay(String id);

	}

	static class Payment {

		private final AtomicInteger runs = new AtomicInteger();

		@Idempotent(key = "{@tenants.current(), #id}", operation = "payment.pay")
		public String pay(String id) {
			return "run " + this.runs.incrementAndGet();
		}

	}

	static class Tenants {

		public String current() {
			return "tenant";
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Payments {

		@Bean
		Payment payment() {
			return new Payment();
		}

		@Bean
		Tenants tenants() {
			return new Tenants();
		}

	}

	static class SimplePayment {

		private final AtomicInteger runs = new AtomicInteger();

		@Idempotent(key = "#id", operation = "simple.pay")
		public String pay(String id) {
			return "run " + this.runs.incrementAndGet();
		}

	}

	static class OtherPayment {

		@Idempotent(key = "#id", operation = "payment.pay")
		public String other(String id) {
			return id;
		}

	}

	static class FinalPayment implements Pay {

		@Override
		@Idempotent(key = "#id", operation = "final.pay")
		public final String pay(String id) {
			return id;
		}

	}

	static class BadKeys {

		@Idempotent(key = "#nothing", operation = "bad.pay")
		public String pay(String id) {
			return id;
		}

		@Idempotent(key = "@missing.key()", operation = "bad.refund")
		public String refund(String id) {
			return id;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LateFinal {

		@Bean
		@Lazy
		Pay late() {
			return new FinalPayment();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LazyPayment {

		@Bean
		@Lazy
		SimplePayment lazyPayment() {
			return new SimplePayment();
		}

	}

}
