package io.idempotent.web;

import java.util.concurrent.CountDownLatch;

import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.server.WebFilter;

/**
 * Tells when Netty has noticed that a client has gone.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
public class ClientWatch {

	@Bean
	CountDownLatch cancelled() {
		return new CountDownLatch(1);
	}

	@Bean
	@Order(Ordered.HIGHEST_PRECEDENCE)
	WebFilter watch(CountDownLatch cancelled) {
		return (exchange, chain) -> chain.filter(exchange).doOnCancel(cancelled::countDown);
	}

}
