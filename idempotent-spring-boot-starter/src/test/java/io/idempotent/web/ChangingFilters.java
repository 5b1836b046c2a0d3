package io.idempotent.web;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.filter.ShallowEtagHeaderFilter;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import org.springframework.web.util.ContentCachingResponseWrapper;

/**
 * Filters of an application at all places that change the answers of requests whose
 * header {@code X-Change} has their name.
 */
@Configuration(proxyBeanMethods = false)
@Import({ ChangingFilters.Servlet.class, ChangingFilters.Reactive.class })
class ChangingFilters {

	static final String HEADER = "X-Change";

	private static final AtomicInteger count = new AtomicInteger();

	private static boolean isMeant(String name, String header) {
		return header != null && (" " + header + " ").contains(" " + name + " ");
	}

	private static String change(String name, String body) {
		String mark = name.startsWith("counting") ? name + count.incrementAndGet() : name;
		return "<" + mark + body + ">";
	}

	private static byte[] gzip(byte[] body) {
		ByteArrayOutputStream zipped = new ByteArrayOutputStream();
		try (GZIPOutputStream zip = new GZIPOutputStream(zipped)) {
			zip.write(body);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
		return zipped.toByteArray();
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
	static class Servlet {

		@Bean
		OncePerRequestFilter unordered() {
			return new Changing("unordered");
		}

		@Bean
		FilterRegistrationBean<Filter> lowest() {
			return registered("lowest", Ordered.LOWEST_PRECEDENCE);
		}

		@Bean
		FilterRegistrationBean<Filter> counting() {
			return registered("counting", 5);
		}

		@Bean
		FilterRegistrationBean<Filter> countingBeforeZero() {
			return registered("countingBefore", -50);
		}

		@Bean
		FilterRegistrationBean<Filter> highest() {
			return registered("highest", Ordered.HIGHEST_PRECEDENCE);
		}

		@Bean
		FilterRegistrationBean<Filter> ofTheServlet() {
			FilterRegistrationBean<Filter> registration = registered("servlet", 0);
			registration.addServletNames("dispatcherServlet");
			return registration;
		}

		@Bean
		FilterRegistrationBean<Filter> zip() {
			return registered("zip", 20);
		}

		@Bean
		FilterRegistrationBean<ShallowEtagHeaderFilter> etag() {
			FilterRegistrationBean<ShallowEtagHeaderFilter> registration = new FilterRegistrationBean<>(
					new ShallowEtagHeaderFilter());
			registration.setOrder(30);
			return registration;
		}

		private static FilterRegistrationBean<Filter> registered(String name, int order) {
			FilterRegistrationBean<Filter> registration = new FilterRegistrationBean<>(new Changing(name));
			registration.setOrder(order);
			return registration;
		}

	}

	private static final class Changing extends OncePerRequestFilter {

		private final String name;

		private Changing(String name) {
			this.name = name;
		}

		@Override
		protected boolean shouldNotFilter(HttpServletRequest request) {
			return !isMeant(this.name, request.getHeader(HEADER));
		}

		@Override
		protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
				throws ServletException, IOException {
			ContentCachingResponseWrapper held = new ContentCachingResponseWrapper(response);
			if (this.name.equals("zip")) {
				held.setHeader("Content-Encoding", "gzip");
			}
			held.setHeader("X-Live", "live " + request.getHeader("X-Request"));
			chain.doFilter(request, held);
			byte[] body = held.getContentAsByteArray();
			byte[] changed = this.name.equals("zip") ? gzip(body)
					: change(this.name, new String(body, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
			held.resetBuffer();
			held.addHeader("X-Changed-By", this.name);
			held.setStatus(203);
			held.getOutputStream().write(changed);
			held.copyBodyToResponse();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
	static class Reactive {

		@Bean
		WebFilter unordered() {
			return changing("unordered");
		}

		@Bean
		@Order(5)
		WebFilter counting() {
			return changing("counting");
		}

		@Bean
		@Order(-50)
		WebFilter countingBeforeZero() {
			return changing("countingBefore");
		}

		@Bean
		@Order(Ordered.HIGHEST_PRECEDENCE)
		WebFilter highest() {
			return changing("highest");
		}

		@Bean
		@Order(Ordered.LOWEST_PRECEDENCE)
		WebFilter lowest() {
			return changing("lowest");
		}

		@Bean
		@Order(20)
		WebFilter zip() {
			return changing("zip");
		}

		private static WebFilter changing(String name) {
			return (exchange, chain) -> isMeant(name, exchange.getRequest().getHeaders().getFirst(HEADER))
					? change(name, exchange, chain) : chain.filter(exchange);
		}

		private static Mono<Void> change(String name, ServerWebExchange exchange, WebFilterChain chain) {
			ServerHttpResponse original = exchange.getResponse();
			original.getHeaders().set("X-Live", "live " + exchange.getRequest().getHeaders().getFirst("X-Request"));
			ServerHttpResponse changing = new ServerHttpResponseDecorator(original) {

				@Override
				public Mono<Void> writeWith(Publisher<? extends DataBuffer> body) {
					return DataBufferUtils.join(Flux.from(body)).flatMap((joined) -> {
						byte[] bytes = new byte[joined.readableByteCount()];
						joined.read(bytes);
						DataBufferUtils.release(joined);
						byte[] changed = name.equals("zip") ? gzip(bytes)
								: ChangingFilters.change(name, new String(bytes, StandardCharsets.UTF_8))
									.getBytes(StandardCharsets.UTF_8);
						if (name.equals("zip")) {
							getHeaders().set("Content-Encoding", "gzip");
						}
						getHeaders().add("X-Changed-By", name);
						getHeaders().setContentLength(changed.length);
						setStatusCode(HttpStatusCode.valueOf(203));
						return super.writeWith(Mono.just(bufferFactory().wrap(changed)));
					});
				}

			};
			return chain.filter(exchange.mutate().response(changing).build());
		}

	}

}
