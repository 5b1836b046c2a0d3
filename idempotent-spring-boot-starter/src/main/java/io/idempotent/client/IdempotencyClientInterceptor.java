package io.idempotent.client;

import java.io.IOException;

import io.idempotent.IdempotencyContext;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpRequest;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.http.client.support.HttpRequestWrapper;

/**
 * Gives marked writes of a {@code RestClient}, {@code RestTemplate} or HTTP service
 * interface their key, and repeats them with it after connection errors, timeouts, and
 * the statuses of {@link ClientSettings.Builder#retryOn}. All others pass untouched.
 * <p>
 * Marked are requests with the header or an attribute of {@link IdempotentRequest}, and
 * those of {@link ClientSettings.Builder#everyWrite()}. Interceptors after this one see
 * each attempt. When the time of the call is over, the last answer is returned, or the
 * last exception thrown, as it is. No attempt begins later than that; one that has begun
 * is limited by the read timeout of the request factory alone. Bodies of answers are kept
 * in memory.
 */
public final class IdempotencyClientInterceptor implements ClientHttpRequestInterceptor {

	private final ClientSettings settings;

	private final RequestKeys keys;

	private final RetryRule rule;

	/**
	 * Creates an interceptor with the default settings.
	 */
	public IdempotencyClientInterceptor() {
		this(ClientSettings.defaults());
	}

	/**
	 * Creates an interceptor.
	 * @param settings the settings
	 */
	public IdempotencyClientInterceptor(ClientSettings settings) {
		this(settings, settings.retryRule());
	}

	IdempotencyClientInterceptor(ClientSettings settings, RetryRule rule) {
		this.settings = settings;
		this.keys = new RequestKeys(settings);
		this.rule = rule;
	}

	@Override
	public ClientHttpResponse intercept(HttpRequest request, byte[] body, ClientHttpRequestExecution execution)
			throws IOException {
		String key = this.keys.find(request.getMethod(), request.getHeaders(), request.getAttributes(),
				IdempotencyContext::current);
		if (key == null) {
			return execution.execute(request, body);
		}
		return new BlockingRetry(this.rule, new RetryBudget(this.settings)).execute(() -> {
			HttpRequest attempt = new KeyedRequest(request, this.settings.header(), key);
			return BufferedResponse.of(execution.execute(attempt, body));
		});
	}

	/**
	 * One attempt, with headers of its own: what later interceptors add is not there
	 * twice on the next.
	 */
	private static final class KeyedRequest extends HttpRequestWrapper {

		private final HttpHeaders headers = new HttpHeaders();

		KeyedRequest(HttpRequest request, String header, String key) {
			super(request);
			this.headers.putAll(request.getHeaders());
			this.headers.set(header, key);
		}

		@Override
		public HttpHeaders getHeaders() {
			return this.headers;
		}

	}

}
