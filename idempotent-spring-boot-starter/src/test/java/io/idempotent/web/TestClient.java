package io.idempotent.web;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A client of an application under test.
 */
class TestClient {

	static final String ORDER = "{\"item\": \"book\", \"amount\": 2}";

	private final HttpClient client = HttpClient.newHttpClient();

	private final String base;

	TestClient(String port) {
		this.base = "http://127.0.0.1:" + port;
	}

	Request post(String path) {
		return new Request("POST", path);
	}

	Request request(String method, String path) {
		return new Request(method, path);
	}

	/** A request; by alice, with JSON, unless said otherwise. */
	final class Request {

		private final List<String> headers = new ArrayList<>();

		private String method;

		private String path;

		private String user = "alice";

		private String type = "application/json";

		private byte[] body = new byte[0];

		private Request(String method, String path) {
			this.method = method;
			this.path = path;
		}

		Request key(String key) {
			return header("Idempotency-Key", key);
		}

		Request header(String name, String value) {
			this.headers.add(name);
			this.headers.add(value);
			return this;
		}

		Request user(String user) {
			this.user = user;
			return this;
		}

		Request method(String method) {
			this.method = method;
			return this;
		}

		Request path(String path) {
			this.path = path;
			return this;
		}

		/** None if empty. */
		Request type(String type) {
			this.type = type;
			return this;
		}

		Request body(String body) {
			return body(this.type, body.getBytes(StandardCharsets.UTF_8));
		}

		Request body(String type, byte[] body) {
			this.type = type;
			this.body = body;
			return this;
		}

		private HttpRequest build() {
			HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(TestClient.this.base + this.path))
				.timeout(Duration.ofSeconds(30))
				.method(this.method, BodyPublishers.ofByteArray(this.body));
			if (!this.type.isEmpty()) {
				request.header("Content-Type", this.type);
			}
			if (!this.user.isEmpty()) {
				request.header("Authorization", "Basic " + Base64.getEncoder()
					.encodeToString((this.user + ":password").getBytes(StandardCharsets.UTF_8)));
			}
			if (!this.headers.isEmpty()) {
				request.headers(this.headers.toArray(String[]::new));
			}
			return request.build();
		}

		/** To cancel it closes the connection. */
		CompletableFuture<HttpResponse<byte[]>> start() {
			return TestClient.this.client.sendAsync(build(), BodyHandlers.ofByteArray());
		}

		Answer send() {
			try {
				return new Answer(TestClient.this.client.send(build(), BodyHandlers.ofByteArray()));
			}
			catch (IOException ex) {
				throw new IllegalStateException(ex);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				throw new IllegalStateException(ex);
			}
		}

	}

	/** An answer. */
	record Answer(HttpResponse<byte[]> response) {

		int status() {
			return this.response.statusCode();
		}

		String body() {
			return new String(this.response.body(), StandardCharsets.UTF_8);
		}

		Optional<String> header(String name) {
			return this.response.headers().firstValue(name);
		}

		List<String> headers(String name) {
			return this.response.headers().allValues(name);
		}

		boolean isReplayed() {
			return headers("Idempotent-Replayed").equals(List.of("true"));
		}

	}

}
