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
public class TestClient {

	public static final String ORDER = "{\"item\": \"book\", \"amount\": 2}";

	private final HttpClient client = HttpClient.newHttpClient();

	private final String base;

	public TestClient(String port) {
		this.base = "http://127.0.0.1:" + port;
	}

	public Request post(String path) {
		return new Request("POST", path);
	}

	public Request request(String method, String path) {
		return new Request(method, path);
	}

	/** A request; by alice, with JSON, unless said otherwise. */
	public final class Request {

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

		public Request key(String key) {
			return header("Idempotency-Key", key);
		}

		public Request header(String name, String value) {
			this.headers.add(name);
			this.headers.add(value);
			return this;
		}

		public Request user(String user) {
			this.user = user;
			return this;
		}

		public Request method(String method) {
			this.method = method;
			return this;
		}

		public Request path(String path) {
			this.path = path;
			return this;
		}

		/** None if empty. */
		public Request type(String type) {
			this.type = type;
			return this;
		}

		public Request body(String body) {
			return body(this.type, body.getBytes(StandardCharsets.UTF_8));
		}

		public Request body(String type, byte[] body) {
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
		public CompletableFuture<HttpResponse<byte[]>> start() {
			return TestClient.this.client.sendAsync(build(), BodyHandlers.ofByteArray());
		}

		public Answer send() {
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
	public record Answer(HttpResponse<byte[]> response) {

		public int status() {
			return this.response.statusCode();
		}

		public String body() {
			return new String(this.response.body(), StandardCharsets.UTF_8);
		}

		public Optional<String> header(String name) {
			return this.response.headers().firstValue(name);
		}

		public List<String> headers(String name) {
			return this.response.headers().allValues(name);
		}

		public boolean isReplayed() {
			return headers("Idempotent-Replayed").equals(List.of("true"));
		}

	}

}
