package io.idempotent.company;

import io.idempotent.Idempotent;
import io.idempotent.company.Company.Runs;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.RequestScope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

/**
 * Beans that come and go: their records stay.
 */
class ScopeTests {

	@AfterEach
	void endRequest() {
		RequestContextHolder.resetRequestAttributes();
	}

	@Test
	void aPrototypeReplaysWhatAnotherInstanceDid() {
		Company.application(Prototypes.class).run((context) -> {
			ObjectProvider<Basket> baskets = context.getBeanProvider(Basket.class);
			assertThat(baskets.getObject().order("o-1")).isEqualTo("run 1");
			assertThat(baskets.getObject().order("o-1")).isEqualTo("run 1");
			assertThat(baskets.getObject().order("o-2")).isEqualTo("run 2");
		});
	}

	@Test
	void aBeanOfARequestReplaysWhatThatOfAnotherRequestDid() {
		Company.application(Requests.class)
			.withInitializer((context) -> context.getBeanFactory().registerScope("request", new RequestScope()))
			.run((context) -> {
				Basket basket = context.getBean("basket", Basket.class);
				newRequest();
				assertThat(basket.order("o-1")).isEqualTo("run 1");
				newRequest();
				assertThat(basket.order("o-1")).isEqualTo("run 1");
				assertThat(basket.order("o-2")).isEqualTo("run 2");
			});
	}

	private static void newRequest() {
		RequestContextHolder.setRequestAttributes(mock(RequestAttributes.class));
	}

	static class Basket {

		private final Runs runs;

		Basket(Runs runs) {
			this.runs = runs;
		}

		@Idempotent(key = "#id", operation = "basket.order")
		public String order(String id) {
			return "run " + this.runs.incrementAndGet();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Prototypes {

		@Bean
		@Scope("prototype")
		Basket basket(Runs runs) {
			return new Basket(runs);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Requests {

		@Bean
		@org.springframework.web.context.annotation.RequestScope
		Basket basket(Runs runs) {
			return new Basket(runs);
		}

	}

}
