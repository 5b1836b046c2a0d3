package io.idempotent.client;

import java.time.Duration;
import java.util.Objects;
import java.util.Set;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ParameterizedTypeReference;
import org.springframework.core.ResolvableType;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClient.RequestHeadersSpec.ConvertibleClientHttpResponse;
import org.springframework.web.client.RestClientException;

/**
 * Executes operations of a service through its execute API, and waits for their outcome.
 * <p>
 * Repeats the request, always with the same key, while the operation is processing, and
 * after what {@link IdempotencyClientInterceptor} retries.
 */
public final class IdempotencyClient {

	/** The path of the execute API unless the service says otherwise. */
	public static final String DEFAULT_PATH = "/v1/idempotency/execute";

	private final RestClient rest;

	private final String path;

	/**
	 * Creates a client with the default path and settings.
	 * @param rest a client whose base URL is that of the service; with a read timeout
	 */
	public IdempotencyClient(RestClient rest) {
		this(rest, DEFAULT_PATH, ClientSettings.defaults());
	}

	/**
	 * Creates a client.
	 * @param rest a client whose base URL is that of the service; with a read timeout
	 * @param path the path of the execute API
	 * @param settings header and retries; the deadline is also that of the waiting
	 */
	public IdempotencyClient(RestClient rest, String path, ClientSettings settings) {
		this.path = path;
		this.rest = rest.mutate().requestInterceptors((interceptors) -> {
			interceptors.removeIf(IdempotencyClientInterceptor.class::isInstance);
			interceptors.add(0, new IdempotencyClientInterceptor(settings, settings.retryRule().ofExecuteApi()));
		}).build();
	}

	/**
	 * Executes an operation.
	 * @param <R> the type of the result
	 * @param operation the name of the operation
	 * @param key the key, a new one for each new request
	 * @param payload the payload, written as a JSON object; null for none
	 * @param type the type of the result; {@code Void} if it does not matter
	 * @return the result
	 * @throws ExecuteException if the service answers with an error
	 * @throws StillProcessingException if the operation does not end in time
	 * @throws RestClientException if there is no answer, or a result of another type
	 */
	public <R> ExecuteResult<R> execute(String operation, String key, @Nullable Object payload, Class<R> type) {
		return execute(operation, key, payload, ParameterizedTypeReference.<R>forType(type));
	}

	/**
	 * Executes an operation whose result is of a generic type.
	 * @param <R> the type of the result
	 * @param operation the name of the operation
	 * @param key the key, a new one for each new request
	 * @param payload the payload, written as a JSON object; null for none
	 * @param type the type of the result
	 * @return the result
	 * @throws ExecuteException if the service answers with an error
	 * @throws StillProcessingException if the operation does not end in time
	 * @throws RestClientException if there is no answer, or a result of another type
	 */
	public <R> ExecuteResult<R> execute(String operation, String key, @Nullable Object payload,
			ParameterizedTypeReference<R> type) {
		ParameterizedTypeReference<Completed<R>> bodyType = ParameterizedTypeReference
			.forType(ResolvableType.forClassWithGenerics(Completed.class, ResolvableType.forType(type)).getType());
		return this.rest.post()
			.uri(this.path)
			.contentType(MediaType.APPLICATION_JSON)
			.attributes(IdempotentRequest.key(key))
			.body(new Execution(operation, payload))
			.exchangeForRequiredValue((request, answer) -> {
				HttpStatusCode status = answer.getStatusCode();
				if (status.isSameCodeAs(HttpStatus.ACCEPTED)) {
					throw new StillProcessingException(operation, retryAfter(answer));
				}
				if (!status.isSameCodeAs(HttpStatus.OK)) {
					throw failure(operation, status, answer);
				}
				Completed<R> completed = answer.bodyTo(bodyType);
				if (completed == null || !"completed".equals(completed.status())) {
					throw new ExecuteException(operation, status, null, "not an answer of an execute API");
				}
				return new ExecuteResult<>(completed.result(), IdempotentRequest.isReplayed(answer.getHeaders()));
			});
	}

	private static Duration retryAfter(ConvertibleClientHttpResponse answer) {
		return Objects.requireNonNullElse(new RetryRule(Set.of()).retryAfter(answer.getHeaders()), Duration.ZERO);
	}

	private static ExecuteException failure(String operation, HttpStatusCode status,
			ConvertibleClientHttpResponse answer) {
		Failed.Reason error = null;
		try {
			Failed body = answer.bodyTo(Failed.class);
			error = (body != null) ? body.error() : null;
		}
		catch (RestClientException ex) {
			// somebody else's answer, such as a proxy's page
		}
		return (error != null) ? new ExecuteException(operation, status, error.code(), error.message())
				: new ExecuteException(operation, status, null, null);
	}

	record Execution(@JsonProperty("operation") String operation, @JsonProperty("payload") @Nullable Object payload) {

	}

	@JsonIgnoreProperties(ignoreUnknown = true)
	record Completed<R>(@JsonProperty("status") @Nullable String status, @JsonProperty("result") @Nullable R result) {

	}

	@JsonIgnoreProperties(ignoreUnknown = true)
	record Failed(@JsonProperty("error") @Nullable Reason error) {

		@JsonIgnoreProperties(ignoreUnknown = true)
		record Reason(@JsonProperty("code") @Nullable String code, @JsonProperty("message") @Nullable String message) {

		}

	}

}
