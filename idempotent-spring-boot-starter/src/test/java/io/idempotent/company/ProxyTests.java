package io.idempotent.company;

import java.util.List;

import io.idempotent.Idempotent;
import io.idempotent.IdempotencyRecord.State;
import io.idempotent.company.Company.Runs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Primary;
import org.springframework.core.ParameterizedTypeReference;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever a bean looks like and wherever the annotation stands: a call from another bean
 * is guarded.
 */
class ProxyTests {

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void theAnnotationGuardsOnTheClassAndOnTheInterface(boolean proxyTargetClass) {
		Company.application()
			.withPropertyValues("spring.aop.proxy-target-class=" + proxyTargetClass)
			.withBean(Shop.class)
			.run((context) -> {
				Selling shop = context.getBean(Selling.class);
				assertThat(AopUtils.isCglibProxy(shop)).isEqualTo(proxyTargetClass);
				assertThat(shop.sell("1")).isEqualTo("sold in run 1");
				assertThat(shop.sell("1")).isEqualTo("sold in run 1");
				assertThat(shop.refund("1")).isEqualTo("refunded in run 2");
				assertThat(shop.refund("1")).isEqualTo("refunded in run 2");
			});
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aMethodOfAGenericInterfaceIsOneOperationForAllItsCallers(boolean proxyTargetClass) {
		Company.application()
			.withPropertyValues("spring.aop.proxy-target-class=" + proxyTargetClass)
			.withBean(PaymentHandler.class)
			.run((context) -> {
				Handler<Payment> handler = context.getBeanProvider(new ParameterizedTypeReference<Handler<Payment>>() {
				}).getObject();
				assertThat(handler.handle(new Payment("p-1"))).containsExactly(new Payment("p-1 in run 1"));
				assertThat(handler.handle(new Payment("p-1"))).containsExactly(new Payment("p-1 in run 1"));
				if (proxyTargetClass) {
					assertThat(context.getBean(PaymentHandler.class).handle(new Payment("p-1")))
						.as("not through the bridge method")
						.containsExactly(new Payment("p-1 in run 1"));
				}
			});
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aDefaultMethodOfAnInterfaceIsGuarded(boolean proxyTargetClass) {
		Company.application()
			.withPropertyValues("spring.aop.proxy-target-class=" + proxyTargetClass)
			.withBean(Shop.class)
			.run((context) -> {
				Selling shop = context.getBean(Selling.class);
				assertThat(shop.sellAll(List.of("1", "2"))).containsExactly("sold in run 1", "sold in run 2");
				assertThat(shop.sellAll(List.of("1", "2"))).containsExactly("sold in run 1", "sold in run 2");
				assertThat(Company.state(context, "shop.sell-all", "2")).contains(State.COMPLETED);
			});
	}

	@Test
	void aBeanThatCallsItsOwnMethodIsNotGuarded() {
		Company.application().withBean(Shop.class).run((context) -> {
			Shop shop = context.getBean(Shop.class);
			assertThat(shop.sellToItself("1")).isEqualTo("sold in run 1");
			assertThat(shop.sellToItself("1")).as("the documented limit").isEqualTo("sold in run 2");
			assertThat(shop.sellThroughItsProxy("1")).isEqualTo("sold in run 3");
			assertThat(shop.sellThroughItsProxy("1")).isEqualTo("sold in run 3");
		});
	}

	@Test
	void beansOfOneClassShareTheirRecordsUnlessTheScopeTellsThemApart() {
		Company.application(Regions.class).run((context) -> {
			Region main = context.getBean(Region.class);
			Region other = context.getBean("us", Region.class);
			assertThat(main.pay("p-1")).isEqualTo("eu run 1");
			assertThat(other.pay("p-1")).as("one class, one operation").isEqualTo("eu run 1");
			assertThat(main.payInRegion("p-1")).isEqualTo("eu run 2");
			assertThat(other.payInRegion("p-1")).isEqualTo("us run 3");
			assertThat(other.payInRegion("p-1")).isEqualTo("us run 3");
		});
	}

	@Test
	void whatAFactoryMakesIsGuarded() {
		ApplicationContextRunner application = Company.application(Factories.class);
		application.run((context) -> {
			Selling shop = context.getBean("madeByFactory", Selling.class);
			assertThat(shop.sell("1")).isEqualTo(shop.sell("1")).isEqualTo("sold in run 1");
		});
	}

	@Test
	void aLazyDependencyIsGuarded() {
		Company.application(Factories.class).withBean(Customer.class).run((context) -> {
			Customer customer = context.getBean(Customer.class);
			assertThat(customer.buy("1")).isEqualTo(customer.buy("1")).isEqualTo("sold in run 1");
		});
	}

	interface Selling {

		@Idempotent(key = "#number", operation = "shop.sell")
		String sell(String number);

		String refund(String number);

		@Idempotent(key = "#numbers.get(1)", operation = "shop.sell-all")
		default List<String> sellAll(List<String> numbers) {
			return numbers.stream().map(this::sell).toList();
		}

	}

	static class Shop implements Selling {

		private final Runs runs;

		private final Selling proxy;

		Shop(Runs runs, @Lazy Selling proxy) {
			this.runs = runs;
			this.proxy = proxy;
		}

		@Override
		public String sell(String number) {
			return "sold in run " + this.runs.incrementAndGet();
		}

		@Override
		@Idempotent(key = "#number", operation = "shop.refund")
		public String refund(String number) {
			return "refunded in run " + this.runs.incrementAndGet();
		}

		public String sellToItself(String number) {
			return sell(number);
		}

		public String sellThroughItsProxy(String number) {
			return this.proxy.sell(number);
		}

	}

	record Payment(String id) {

	}

	interface Handler<T> {

		@Idempotent(key = "#item.id", operation = "handle")
		List<T> handle(T item);

	}

	static class PaymentHandler implements Handler<Payment> {

		private final Runs runs;

		PaymentHandler(Runs runs) {
			this.runs = runs;
		}

		@Override
		public List<Payment> handle(Payment item) {
			return List.of(new Payment("%s in run %d".formatted(item.id(), this.runs.incrementAndGet())));
		}

	}

	static class Region {

		private final String name;

		private final Runs runs;

		Region(String name, Runs runs) {
			this.name = name;
			this.runs = runs;
		}

		public String name() {
			return this.name;
		}

		@Idempotent(key = "#id", operation = "region.pay")
		public String pay(String id) {
			return "%s run %d".formatted(this.name, this.runs.incrementAndGet());
		}

		@Idempotent(key = "#id", operation = "region.pay-in", scope = "#root.target.name()")
		public String payInRegion(String id) {
			return "%s run %d".formatted(this.name, this.runs.incrementAndGet());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Regions {

		@Bean
		@Primary
		Region eu(Runs runs) {
			return new Region("eu", runs);
		}

		@Bean
		Region us(Runs runs) {
			return new Region("us", runs);
		}

	}

	static class Customer {

		private final Selling shop;

		Customer(@Lazy Selling shop) {
			this.shop = shop;
		}

		String buy(String number) {
			return this.shop.sell(number);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Factories {

		@Bean
		FactoryBean<Selling> madeByFactory(Runs runs) {
			return new FactoryBean<>() {

				@Override
				public Selling getObject() {
					return new Shop(runs, null);
				}

				@Override
				public Class<?> getObjectType() {
					return Selling.class;
				}

			};
		}

	}

}
