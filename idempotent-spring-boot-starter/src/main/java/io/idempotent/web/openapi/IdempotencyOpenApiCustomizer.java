package io.idempotent.web.openapi;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

import io.idempotent.engine.operation.EngineSettings;
import io.idempotent.interceptor.IdempotentOperationSource;
import io.idempotent.interceptor.RequestOperation;
import io.idempotent.web.request.WebSettings;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.media.BooleanSchema;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.IntegerSchema;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.parameters.HeaderParameter;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import org.springdoc.core.customizers.GlobalOperationComponentsCustomizer;

import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.method.HandlerMethod;

/**
 * Describes the header, the refusals and the mark of a replay in the OpenAPI document,
 * for handlers whose keys come with the request. Adds what is missing, and changes
 * nothing that the application says.
 */
public final class IdempotencyOpenApiCustomizer implements GlobalOperationComponentsCustomizer {

	private static final String PROBLEM = "IdempotencyProblem";

	private static final Map<String, String> REFUSALS = refusals();

	private final Supplier<IdempotentOperationSource> source;

	private final WebSettings settings;

	private final EngineSettings limits;

	/**
	 * Creates the customizer.
	 * @param source reads annotated methods
	 * @param settings how keys are taken from requests
	 * @param limits how long a key may be
	 */
	public IdempotencyOpenApiCustomizer(Supplier<IdempotentOperationSource> source, WebSettings settings,
			EngineSettings limits) {
		this.source = source;
		this.settings = settings;
		this.limits = limits;
	}

	private static Map<String, String> refusals() {
		Map<String, String> refusals = new LinkedHashMap<>();
		refusals.put("400", "The idempotency key is missing or malformed. Nothing was done.");
		refusals.put("409", "The same request is in progress, or its outcome is unknown or not available any more.");
		refusals.put("413", "The body is too large for a request with an idempotency key. Nothing was done.");
		refusals.put("422", "The idempotency key was used before for another request. Nothing was done.");
		refusals.put("503", "It cannot be found out whether the request was made before. Nothing was done.");
		return refusals;
	}

	@Override
	public Operation customize(Operation operation, HandlerMethod handler) {
		return operation;
	}

	@Override
	public Operation customize(Operation operation, Components components, HandlerMethod handler) {
		RequestOperation guarded = this.source.get().findRequestOperation(handler.getMethod(), handler.getBeanType());
		if (guarded == null) {
			return operation;
		}
		addHeader(operation);
		if (operation.getResponses() == null) {
			operation.setResponses(new ApiResponses());
		}
		operation.getResponses().forEach((status, response) -> {
			if (status.startsWith("2")) {
				addReplayed(response);
			}
		});
		REFUSALS.forEach((status, description) -> operation.getResponses()
			.computeIfAbsent(status, (key) -> refusal(status, description)));
		if (components.getSchemas() == null || !components.getSchemas().containsKey(PROBLEM)) {
			components.addSchemas(PROBLEM, problem());
		}
		if (operation.getExtensions() == null || !operation.getExtensions().containsKey("x-idempotency")) {
			operation.addExtension("x-idempotency", Map.of("operation", guarded.operation().name(), "ttl",
					guarded.operation().ttl().toString(), "required", this.settings.keyRequired()));
		}
		return operation;
	}

	private void addHeader(Operation operation) {
		boolean declared = operation.getParameters() != null && operation.getParameters()
			.stream()
			.anyMatch((parameter) -> this.settings.header().equalsIgnoreCase(parameter.getName()));
		if (!declared) {
			operation.addParametersItem(new HeaderParameter().name(this.settings.header())
				.required(this.settings.keyRequired())
				.description("Tells retries of one request from another request: a new value for each, such as a UUID, "
						+ "and the same for its retries.")
				.schema(new StringSchema().minLength(1).maxLength(this.limits.maxKeyLength()))
				.example("8e03978e-40d5-43e8-bc93-6894a57f9324"));
		}
	}

	private static void addReplayed(ApiResponse response) {
		if (response.getHeaders() == null || !response.getHeaders().containsKey(WebSettings.REPLAYED_HEADER)) {
			response.addHeaderObject(WebSettings.REPLAYED_HEADER, new Header().schema(new BooleanSchema())
				.description("True if this is the answer to an earlier request with the same key."));
		}
	}

	private static ApiResponse refusal(String status, String description) {
		ApiResponse response = new ApiResponse().description(description)
			.content(new Content().addMediaType(MediaType.APPLICATION_PROBLEM_JSON_VALUE,
					new io.swagger.v3.oas.models.media.MediaType()
						.schema(new Schema<>().$ref("#/components/schemas/" + PROBLEM))));
		if (status.equals("409") || status.equals("503")) {
			response.addHeaderObject(HttpHeaders.RETRY_AFTER,
					new Header().schema(new IntegerSchema()).description("Seconds, where a retry helps."));
		}
		return response;
	}

	private static Schema<?> problem() {
		return new ObjectSchema().description("A refusal (RFC 9457).")
			.addProperty("type", new StringSchema().format("uri"))
			.addProperty("title", new StringSchema())
			.addProperty("status", new IntegerSchema())
			.addProperty("detail", new StringSchema())
			.addProperty("instance", new StringSchema())
			.addProperty("code", new StringSchema().description("What clients match on, such as in-progress."))
			.addProperty("retryable",
					new BooleanSchema().description("Whether the same request may succeed later by itself."));
	}

}
