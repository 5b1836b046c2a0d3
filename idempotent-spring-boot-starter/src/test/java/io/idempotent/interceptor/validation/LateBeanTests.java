package io.idempotent.interceptor.validation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import io.idempotent.Idempotent;
import io.idempotent.engine.operation.Operations;
import io.idempotent.interceptor.Application;
import io.idempotent.interceptor.InvalidIdempotentMethodException;
import org.aopalliance.aop.Advice;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mockito.Mockito;

import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.framework.ProxyFactoryBean;
import org.springframework.aop.target.HotSwappableTargetSource;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.AutowireCapableBeanFactory;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.CustomScopeConfigurer;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.context.support.SimpleThreadScope;
import org.springframework.core.PriorityOrdered;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.InstanceOfAssertFactories.THROWABLE;

/**
 * A bean whose class only its creation shows is guarded, or not created.
 */
class LateBeanTests {

	private static final AtomicInteger runs = new AtomicInteger();

	private final ApplicationContextRunner runner = Application.proxyingClasses();

	@ParameterizedTest
	@ValueSource(strings = { "lazy", "prototype", "custom", "factory", "lazyProxied" })
	void aMethodThatNoProxyCanInterceptIsRefusedWhenTheBeanIsCreated(String bean) {
		this.runner.withUserConfiguration(Hidden.class).run((context) -> {
			assertThat(context).hasNotFailed();
			refused(() -> context.getBean(bean, Payments.class).pay("1"), "FinalMethod.pay(String): it is final");
			refused(() -> context.getBean("holder", Holder.class).payments(bean).pay("1"), "it is final");
		});
	}

	@Test
	void whereAllBeansAreLazyEachIsCheckedWhenItIsCreated() {
		this.runner.withUserConfiguration(Eager.class)
			.withInitializer(
					(context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
			.run((context) -> {
				assertThat(context).hasNotFailed();
				refused(() -> context.getBean(Payments.class), "FinalMethod.pay(String): it is final");
			});
	}

	@Test
	void anEagerBeanIsRefusedBeforeAnotherOneCanCallIt() {
		int before = runs.get();
		this.runner.withUserConfiguration(Eager.class, EagerCaller.class)
			.run((context) -> assertThat(context.getStartupFailure())
				.hasRootCauseInstanceOf(InvalidIdempotentMethodException.class));
		assertThat(runs).hasValue(before);
	}

	@Test
	void aBeanThatAPostProcessorNeedsIsRefusedBeforeAnotherOneCanCallIt() {
		int before = runs.get();
		this.runner.withUserConfiguration(TooEarly.class, EagerCaller.class)
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOf(InvalidIdempotentMethodException.class)
				.hasMessageContaining("bean 'tooEarly' is not proxied"));
		assertThat(runs).hasValue(before);
	}

	@Test
	void whatIsDefinedOrCreatedAfterTheStartIsGuarded() {
		this.runner.run((context) -> {
			((BeanDefinitionRegistry) context.getBeanFactory()).registerBeanDefinition("late",
					new RootBeanDefinition(Good.class));
			guarded(context.getBean("late", Payments.class));
			AutowireCapableBeanFactory beanFactory = context.getAutowireCapableBeanFactory();
			guarded(beanFactory.createBean(Good.class));
			guarded((Payments) beanFactory.initializeBean(new Good(), "made"));
			assertThat(context.getBean(Operations.class).names()).containsExactly("good");
		});
	}

	@Test
	void whatIsDefinedOrCreatedAfterTheStartAndCannotBeGuardedIsRefused() {
		this.runner.run((context) -> {
			((BeanDefinitionRegistry) context.getBeanFactory()).registerBeanDefinition("late",
					new RootBeanDefinition(FinalMethod.class));
			refused(() -> context.getBean("late"), "it is final");
			AutowireCapableBeanFactory beanFactory = context.getAutowireCapableBeanFactory();
			refused(() -> beanFactory.createBean(FinalMethod.class), "it is final");
			refused(() -> beanFactory.initializeBean(new FinalMethod(), "made"), "it is final");
			refused(() -> beanFactory.initializeBean(new PrivateMethod(), "made"), "it is private");
			refused(() -> beanFactory.initializeBean(new StaticMethod(), "made"), "it is static");
			refused(() -> beanFactory.createBean(BadKey.class), "refers to #nothing");
			refused(() -> beanFactory.initializeBean(new Good(), Good.class.getName() + ".ORIGINAL"), "is not proxied");
			refused(() -> beanFactory.initializeBean(new AnnotatedAdvice(), "advice"), "is not proxied");
		});
	}

	@Test
	void aFinalClassBehindAnInterfaceIsRefusedWhereClassesAreProxied() {
		this.runner.run((context) -> assertThatException()
			.isThrownBy(() -> context.getAutowireCapableBeanFactory().initializeBean(new FinalClass(), "made"))
			.havingRootCause()
			.withMessageContaining("final"));
	}

	@Test
	void aMethodThatNoInterfaceHasIsRefusedWhereInterfacesAreProxied() {
		Application.proxyingInterfaces().run((context) -> {
			AutowireCapableBeanFactory beanFactory = context.getAutowireCapableBeanFactory();
			guarded((Payments) beanFactory.initializeBean(new Good(), "good"));
			refused(() -> beanFactory.initializeBean(new Wider(), "made"), "none of them has the method");
		});
	}

	@Test
	void prototypesAreCheckedByTheirClassEachTime() {
		this.runner.withUserConfiguration(Changing.class).run((context) -> {
			guarded(context.getBean(Payments.class));
			guarded(context.getBean(Payments.class));
			refused(() -> context.getBean(Payments.class), "it is final");
			guarded(context.getBean(Payments.class));
		});
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aBeanThatIsProxiedEarlyInACircleIsGuarded(boolean classes) {
		(classes ? this.runner : Application.proxyingInterfaces()).withAllowCircularReferences(true)
			.withUserConfiguration(Circle.class)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				guarded(context.getBean("left", Payments.class));
				guarded(((Left) AopProxyUtils.getSingletonTarget(context.getBean("left"))).right.left);
			});
	}

	@Test
	void aBeanThatAPostProcessorReplacesIsRefusedUnlessItHasItsProxy() {
		ApplicationContextRunner replaced = this.runner.withBean("good", Good.class);
		replaced.withUserConfiguration(ReplacedBefore.class)
			.run((context) -> assertThat(context.getStartupFailure()).rootCause()
				.isInstanceOf(InvalidIdempotentMethodException.class)
				.hasMessageContaining("has put a " + Wrapper.class.getName() + " in the place of bean 'good'"));
		replaced.withUserConfiguration(ReplacedAfter.class).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean("good")).isInstanceOf(Wrapper.class);
			guarded(context.getBean("good", Payments.class));
		});
	}

	@Test
	void theTargetOfASwappableProxyIsGuardedOrRefused() {
		this.runner.withUserConfiguration(Swappable.class).run((context) -> {
			guarded(context.getBean("swappable", Payments.class));
			refused(() -> context.getBean("swappableByInterface"), "is not proxied");
		});
	}

	@Test
	void mocksAndSpiesAreNotRefused() {
		this.runner.withBean("mock", Good.class, () -> Mockito.mock(Good.class))
			.withBean("spy", Good.class, () -> Mockito.spy(new Good()))
			.withBean("byInterface", Payments.class, () -> Mockito.mock(Payments.class))
			.run((context) -> assertThat(context).hasNotFailed());
	}

	private static void guarded(Payments payments) {
		String id = "guarded";
		assertThat(payments.pay(id)).isEqualTo(payments.pay(id));
	}

	private static void refused(ThrowingCallable use, String sentence) {
		int before = runs.get();
		assertThatException().isThrownBy(use)
			.satisfies(
					(failure) -> assertThat(Stream.iterate((Throwable) failure, Objects::nonNull, Throwable::getCause)
						.filter(InvalidIdempotentMethodException.class::isInstance)).singleElement(THROWABLE)
						.hasMessageContaining(sentence));
		assertThat(runs).hasValue(before);
	}

	interface Payments {

		String pay(String id);

	}

	static class Good implements Payments {

		@Override
		@Idempotent(key = "#id", operation = "good")
		public String pay(String id) {
			return id + runs.incrementAndGet();
		}

	}

	static class FinalMethod implements Payments {

		@Override
		@Idempotent(key = "#id", operation = "final")
		public final String pay(String id) {
			return id + runs.incrementAndGet();
		}

	}

	static final class FinalClass implements Payments {

		@Override
		@Idempotent(key = "#id", operation = "final-class")
		public String pay(String id) {
			return id + runs.incrementAndGet();
		}

	}

	static class PrivateMethod {

		@Idempotent(key = "#id", operation = "private")
		private String pay(String id) {
			return id;
		}

		String use() {
			return pay("1");
		}

	}

	static class StaticMethod {

		@Idempotent(key = "#id", operation = "static")
		public static String pay(String id) {
			return id;
		}

	}

	static class BadKey {

		@Idempotent(key = "#nothing", operation = "bad")
		public String pay(String id) {
			return id;
		}

	}

	static class AnnotatedAdvice implements Advice {

		@Idempotent(key = "#id", operation = "advice")
		public String pay(String id) {
			return id;
		}

	}

	static class Wider implements Payments {

		@Override
		public String pay(String id) {
			return id;
		}

		@Idempotent(key = "#id", operation = "wider")
		public String refund(String id) {
			return id;
		}

	}

	record Wrapper(Payments delegate) implements Payments {

		@Override
		public String pay(String id) {
			return this.delegate.pay(id);
		}

	}

	record Holder(Map<String, ObjectProvider<Payments>> providers) {

		Payments payments(String name) {
			return this.providers.get(name).getObject();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Hidden {

		@Bean
		static CustomScopeConfigurer scopes() {
			CustomScopeConfigurer scopes = new CustomScopeConfigurer();
			scopes.addScope("thread", new SimpleThreadScope());
			return scopes;
		}

		@Bean
		@Lazy
		Payments lazy() {
			return new FinalMethod();
		}

		@Bean
		@Scope("prototype")
		Payments prototype() {
			return new FinalMethod();
		}

		@Bean
		@Scope("thread")
		Payments custom() {
			return new FinalMethod();
		}

		@Bean
		FactoryBean<Payments> factory() {
			return new FactoryBean<>() {

				@Override
				public Payments getObject() {
					return new FinalMethod();
				}

				@Override
				public Class<?> getObjectType() {
					return Payments.class;
				}

			};
		}

		@Bean
		@Scope(scopeName = "thread", proxyMode = ScopedProxyMode.INTERFACES)
		Payments lazyProxied() {
			return new FinalMethod();
		}

		@Bean
		Holder holder(@Qualifier("lazy") ObjectProvider<Payments> lazy,
				@Qualifier("prototype") ObjectProvider<Payments> prototype,
				@Qualifier("custom") ObjectProvider<Payments> custom,
				@Qualifier("factory") ObjectProvider<Payments> factory,
				@Qualifier("lazyProxied") ObjectProvider<Payments> proxied) {
			return new Holder(Map.of("lazy", lazy, "prototype", prototype, "custom", custom, "factory", factory,
					"lazyProxied", proxied));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Eager {

		@Bean
		Payments payments() {
			return new FinalMethod();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class EagerCaller {

		@Bean
		String paid(Payments payments) {
			return payments.pay("at once");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class TooEarly {

		@Bean
		static Early early(Payments tooEarly) {
			return new Early();
		}

		@Bean
		static Payments tooEarly() {
			return new Good();
		}

	}

	static class Early implements BeanPostProcessor, PriorityOrdered {

		@Override
		public int getOrder() {
			return 0;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Changing {

		private final List<Payments> next = new ArrayList<>(
				List.of(new Good(), new Good(), new FinalMethod(), new Good()));

		@Bean
		@Scope("prototype")
		Payments payments() {
			return this.next.remove(0);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Circle {

		@Bean
		Left left() {
			return new Left();
		}

		@Bean
		Right right() {
			return new Right();
		}

	}

	static class Left implements Payments {

		@Autowired
		Right right;

		@Override
		@Idempotent(key = "#id", operation = "left")
		public String pay(String id) {
			return id + runs.incrementAndGet();
		}

	}

	static class Right {

		@Autowired
		Payments left;

	}

	@Configuration(proxyBeanMethods = false)
	static class ReplacedBefore {

		@Bean
		static ReplacingFirst replacing() {
			return new ReplacingFirst();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ReplacedAfter {

		@Bean
		static BeanPostProcessor replacing() {
			return new Replacing();
		}

	}

	static class Replacing implements BeanPostProcessor {

		@Override
		public Object postProcessAfterInitialization(Object bean, String name) {
			return name.equals("good") ? new Wrapper((Payments) bean) : bean;
		}

	}

	static class ReplacingFirst extends Replacing implements PriorityOrdered {

		@Override
		public int getOrder() {
			return 0;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Swappable {

		@Bean
		static ProxyFactoryBean swappable() {
			ProxyFactoryBean factory = new ProxyFactoryBean();
			factory.setTargetSource(new HotSwappableTargetSource(new Good()));
			factory.setProxyTargetClass(true);
			return factory;
		}

		@Bean
		@Lazy
		static ProxyFactoryBean swappableByInterface() {
			ProxyFactoryBean factory = new ProxyFactoryBean();
			factory.setTargetSource(new HotSwappableTargetSource(new Good()));
			factory.setInterfaces(Payments.class);
			return factory;
		}

	}

}
