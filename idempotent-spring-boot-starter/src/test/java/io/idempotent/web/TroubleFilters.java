package io.idempotent.web;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;

import jakarta.servlet.Filter;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.Order;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.mock.web.DelegatingServletInputStream;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;

/**
 * Filters of an application, between ours and the handler, that do what the header
 * {@code X-Trouble} says.
 */
@Configuration(proxyBeanMethods = false)
@Import({ TroubleFilters.Servlet.class, TroubleFilters.Reactive.class })
class TroubleFilters {

	static final String HEADER = "X-Trouble";

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
	static class Servlet {

		@Bean
		@Order(10)
		Filter trouble() {
			return (request, response, chain) -> {
				HttpServletRequest http = (HttpServletRequest) request;
				chain.doFilter("read".equals(http.getHeader(HEADER)) ? reread(http) : request, response);
				if ("fail after".equals(http.getHeader(HEADER))) {
					throw new IllegalStateException("after the handler");
				}
			};
		}

		private static HttpServletRequest reread(HttpServletRequest request) throws IOException {
			ByteArrayInputStream body = new ByteArrayInputStream(request.getInputStream().readAllBytes());
			return new HttpServletRequestWrapper(request) {

				@Override
				public ServletInputStream getInputStream() {
					return new DelegatingServletInputStream(body);
				}

			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
	static class Reactive {

		@Bean
		@Order(10)
		WebFilter trouble() {
			return (exchange, chain) -> switch (String.valueOf(exchange.getRequest().getHeaders().getFirst(HEADER))) {
				case "read" -> reread(exchange, chain);
				case "fail after" ->
					chain.filter(exchange).then(Mono.error(new IllegalStateException("after the handler")));
				case "limit after" ->
					chain.filter(exchange).then(Mono.error(new ResponseStatusException(HttpStatus.TOO_MANY_REQUESTS)));
				case "time out after" ->
					chain.filter(exchange).then(Mono.never()).then().timeout(Duration.ofMillis(300));
				case "time out" -> chain.filter(exchange).timeout(Duration.ofMillis(300));
				case "answer in its place" -> chain.filter(exchange).timeout(Duration.ofMillis(300), Mono.defer(() -> {
					exchange.getResponse().setStatusCode(HttpStatus.ACCEPTED);
					return exchange.getResponse().setComplete();
				}));
				default -> chain.filter(exchange);
			};
		}

		private static Mono<Void> reread(ServerWebExchange exchange, WebFilterChain chain) {
			return DataBufferUtils.join(exchange.getRequest().getBody()).flatMap((body) -> {
				ServerHttpRequest request = new ServerHttpRequestDecorator(exchange.getRequest()) {

					@Override
					public Flux<DataBuffer> getBody() {
						return Flux.just(body);
					}

				};
				return chain.filter(exchange.mutate().request(request).build());
			});
		}

	}

}
