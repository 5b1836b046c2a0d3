package io.idempotent.client;

import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import org.springframework.http.HttpEntity;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.ResponseEntity;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.http.client.SimpleClientHttpRequestFactory;
import org.springframework.http.client.reactive.ClientHttpConnector;
import org.springframework.http.client.reactive.JdkClientHttpConnector;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.client.NoOpResponseErrorHandler;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestTemplate;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * The clients that Spring has, each with keys and retries.
 */
enum Caller {

	REST_CLIENT_ON_JDK {
		@Override
		ResponseEntity<String> send(String url, Request request) {
			return rest(jdk(request.readTimeout()), url, request);
		}
	},

	REST_CLIENT_ON_URL_CONNECTION {
		@Override
		ResponseEntity<String> send(String url, Request request) {
			return rest(urlConnection(request.readTimeout()), url, request);
		}
	},

	REST_TEMPLATE {
		@Override
		ResponseEntity<String> send(String url, Request request) {
			RestTemplate template = new RestTemplate(jdk(request.readTimeout()));
			template.setErrorHandler(new NoOpResponseErrorHandler());
			template.setInterceptors(List.of(new IdempotencyClientInterceptor(request.settings())));
			template.setClientHttpRequestInitializers(
					List.of((created) -> request.attributes().accept(created.getAttributes())));
			return template.exchange(url, request.method(), new HttpEntity<>(request.body(), request.headers()),
					String.class);
		}
	},

	WEB_CLIENT_ON_NETTY {
		@Override
		ResponseEntity<String> send(String url, Request request) {
			return web(
					new ReactorClientHttpConnector(
							reactor.netty.http.client.HttpClient.create().responseTimeout(request.readTimeout())),
					url, request);
		}
	},

	WEB_CLIENT_ON_JDK {
		@Override
		ResponseEntity<String> send(String url, Request request) {
			JdkClientHttpConnector connector = new JdkClientHttpConnector();
			connector.setReadTimeout(request.readTimeout());
			return web(connector, url, request);
		}
	};

	ResponseEntity<String> send(ScriptedService service, Request request) {
		return send(service.url(), request);
	}

	abstract ResponseEntity<String> send(String url, Request request);

	boolean isReactive() {
		return this == WEB_CLIENT_ON_NETTY || this == WEB_CLIENT_ON_JDK;
	}

	static ClientHttpRequestFactory jdk(Duration readTimeout) {
		JdkClientHttpRequestFactory factory = new JdkClientHttpRequestFactory(HttpClient.newHttpClient());
		factory.setReadTimeout(readTimeout);
		return factory;
	}

	static ClientHttpRequestFactory urlConnection(Duration readTimeout) {
		SimpleClientHttpRequestFactory factory = new SimpleClientHttpRequestFactory();
		factory.setReadTimeout(readTimeout);
		return factory;
	}

	private static ResponseEntity<String> rest(ClientHttpRequestFactory factory, String url, Request request) {
		return RestClient.builder()
			.requestFactory(factory)
			.requestInterceptor(new IdempotencyClientInterceptor(request.settings()))
			.defaultStatusHandler((status) -> true, (sent, answer) -> {
			})
			.build()
			.method(request.method())
			.uri(url)
			.headers((headers) -> headers.putAll(request.headers()))
			.attributes(request.attributes())
			.body(request.body())
			.retrieve()
			.toEntity(String.class);
	}

	private static ResponseEntity<String> web(ClientHttpConnector connector, String url, Request request) {
		return WebClient.builder()
			.clientConnector(connector)
			.filter(new IdempotencyExchangeFilter(request.settings()))
			.build()
			.method(request.method())
			.uri(url)
			.headers((headers) -> headers.putAll(request.headers()))
			.attributes(request.attributes())
			.bodyValue(request.body())
			.exchangeToMono((answer) -> answer.toEntity(String.class))
			.block();
	}

	/** A request, and how to send it. */
	record Request(ClientSettings settings, Duration readTimeout, HttpMethod method, HttpHeaders headers,
			Consumer<Map<String, Object>> attributes, String body) {

		/** A POST that is not marked. */
		static Request post() {
			return new Request(fast().build(), Duration.ofSeconds(20), HttpMethod.POST, new HttpHeaders(),
					(attributes) -> {
					}, "order");
		}

		/** Settings that lose no time. */
		static ClientSettings.Builder fast() {
			return ClientSettings.builder().delay(Duration.ofMillis(1)).jitter(Duration.ZERO).multiplier(1);
		}

		Request marked(Consumer<Map<String, Object>> attributes) {
			return new Request(this.settings, this.readTimeout, this.method, this.headers, attributes, this.body);
		}

		Request header(String name, String value) {
			HttpHeaders headers = new HttpHeaders(this.headers);
			headers.set(name, value);
			return new Request(this.settings, this.readTimeout, this.method, headers, this.attributes, this.body);
		}

		Request with(HttpMethod method) {
			return new Request(this.settings, this.readTimeout, method, this.headers, this.attributes, this.body);
		}

		Request with(ClientSettings.Builder settings) {
			return new Request(settings.build(), this.readTimeout, this.method, this.headers, this.attributes,
					this.body);
		}

		Request readTimeout(Duration readTimeout) {
			return new Request(this.settings, readTimeout, this.method, this.headers, this.attributes, this.body);
		}

	}

}
