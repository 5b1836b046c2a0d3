package io.idempotent.company;

import io.idempotent.IdempotencyRecord.State;
import io.idempotent.Idempotent;
import io.idempotent.company.Company.Runs;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cache.CacheManager;
import org.springframework.cache.annotation.CacheEvict;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.cache.concurrent.ConcurrentMapCacheManager;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Caching stands inside of ours, unless the application puts it outside.
 */
class CacheableTests {

	private static ApplicationContextRunner application(Class<?> caching) {
		return Company.application(caching)
			.withBean(CacheManager.class, ConcurrentMapCacheManager::new)
			.withBean(Quotes.class);
	}

	@Test
	void aDuplicateIsAnsweredFromItsRecordWhateverBecameOfTheCache() {
		application(CachingInside.class).run((context) -> {
			Quotes quotes = context.getBean(Quotes.class);
			assertThat(quotes.quote("request 1", "apple")).isEqualTo("apple 1");
			context.getBean(CacheManager.class).getCache("quotes").clear();
			assertThat(quotes.quote("request 1", "apple")).isEqualTo("apple 1");
			assertThat(quotes.quote("request 2", "apple")).isEqualTo("apple 2");
		});
	}

	@Test
	void aCachedValueIsTheRecordedResultOfANewKey() {
		application(CachingInside.class).run((context) -> {
			Quotes quotes = context.getBean(Quotes.class);
			quotes.quote("request 1", "apple");
			assertThat(quotes.quote("request 2", "apple")).isEqualTo("apple 1");
			assertThat(Company.state(context, "quote", "request 2")).contains(State.COMPLETED);
		});
	}

	@Test
	void aDuplicateDoesNotEvictAgain() {
		application(CachingInside.class).run((context) -> {
			Quotes quotes = context.getBean(Quotes.class);
			quotes.quote("request 1", "apple");
			quotes.change("change 1");
			assertThat(quotes.quote("request 2", "apple")).isEqualTo("apple 3");
			quotes.change("change 1");
			assertThat(quotes.quote("request 3", "apple")).isEqualTo("apple 3");
		});
	}

	@Test
	void aCacheOutsideAnswersBeforeAnythingIsReserved() {
		application(CachingOutside.class).run((context) -> {
			Quotes quotes = context.getBean(Quotes.class);
			quotes.quote("request 1", "apple");
			assertThat(quotes.quote("request 2", "apple")).isEqualTo("apple 1");
			assertThat(Company.state(context, "quote", "request 2")).isEmpty();
		});
	}

	static class Quotes {

		private final Runs runs;

		Quotes(Runs runs) {
			this.runs = runs;
		}

		@Idempotent(key = "#requestId", operation = "quote")
		@Cacheable(cacheNames = "quotes", key = "#item")
		public String quote(String requestId, String item) {
			return item + " " + this.runs.incrementAndGet();
		}

		@Idempotent(key = "#changeId", operation = "quotes.change")
		@CacheEvict(cacheNames = "quotes", allEntries = true)
		public void change(String changeId) {
			this.runs.incrementAndGet();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableCaching
	static class CachingInside {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableCaching(order = Ordered.LOWEST_PRECEDENCE - 200)
	static class CachingOutside {

	}

}
