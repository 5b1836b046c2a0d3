package io.idempotent.web.openapi;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.idempotent.web.request.WebSettings;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.Paths;
import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.media.BooleanSchema;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.IntegerSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.parameters.HeaderParameter;
import io.swagger.v3.oas.models.parameters.RequestBody;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import org.springdoc.core.customizers.GlobalOpenApiCustomizer;

import org.springframework.http.HttpHeaders;

/**
 * Describes the execute API in the OpenAPI document. Adds what is missing, and changes
 * nothing that the application says.
 */
public final class ExecuteOpenApiCustomizer implements GlobalOpenApiCustomizer {

	private static final String ERROR = "IdempotencyExecuteError";

	private static final Map<String, String> ERRORS = errors();

	private final String path;

	private final List<String> operations;

	private final String header;

	private final int maxKeyLength;

	/**
	 * Creates the customizer.
	 * @param path the path of the API
	 * @param operations the names of the operations
	 * @param header the name of the header that carries the key
	 * @param maxKeyLength how many characters a key may have
	 */
	public ExecuteOpenApiCustomizer(String path, List<String> operations, String header, int maxKeyLength) {
		this.path = path;
		this.operations = List.copyOf(operations);
		this.header = header;
		this.maxKeyLength = maxKeyLength;
	}

	private static Map<String, String> errors() {
		Map<String, String> errors = new LinkedHashMap<>();
		errors.put("400", "The key, the body or the payload is missing or not valid. Nothing was done.");
		errors.put("404", "There is no operation of that name. Nothing was done.");
		errors.put("409", "The outcome is unknown, or not available any more.");
		errors.put("413", "The body is too large. Nothing was done.");
		errors.put("415", "The body is not JSON. Nothing was done.");
		errors.put("422", "The key was used before for another request, or the operation has failed for good.");
		errors.put("500", "The operation has failed. The same request may be sent again.");
		errors.put("503", "It cannot be found out whether the request was made before. Nothing was done.");
		return errors;
	}

	@Override
	public void customise(OpenAPI document) {
		if (document.getPaths() == null) {
			document.setPaths(new Paths());
		}
		PathItem item = document.getPaths().computeIfAbsent(this.path, (key) -> new PathItem());
		if (item.getPost() == null) {
			item.setPost(new Operation().operationId("executeOperation")
				.addTagsItem("idempotency")
				.summary("Executes an operation at most once for each key."));
		}
		describe(item.getPost());
		if (document.getComponents() == null) {
			document.setComponents(new Components());
		}
		Components components = document.getComponents();
		if (components.getSchemas() == null || !components.getSchemas().containsKey(ERROR)) {
			components.addSchemas(ERROR, error());
		}
	}

	private void describe(Operation operation) {
		boolean declared = operation.getParameters() != null && operation.getParameters()
			.stream()
			.anyMatch((other) -> this.header.equalsIgnoreCase(other.getName()));
		if (!declared) {
			operation.addParametersItem(new HeaderParameter().name(this.header)
				.required(true)
				.description("A new value for each request, such as a UUID, and the same for its retries.")
				.schema(new StringSchema().minLength(1).maxLength(this.maxKeyLength))
				.example("8e03978e-40d5-43e8-bc93-6894a57f9324"));
		}
		if (operation.getRequestBody() == null) {
			operation.setRequestBody(new RequestBody().required(true).content(json(command())));
		}
		if (operation.getResponses() == null) {
			operation.setResponses(new ApiResponses());
		}
		ApiResponses responses = operation.getResponses();
		responses.computeIfAbsent("200", (status) -> completed());
		responses.computeIfAbsent("202", (status) -> processing());
		ERRORS.forEach((status, text) -> responses.computeIfAbsent(status, (key) -> error(status, text)));
	}

	private Schema<?> command() {
		StringSchema name = new StringSchema();
		if (!this.operations.isEmpty()) {
			name.setEnum(this.operations);
		}
		Schema<?> command = new ObjectSchema().addProperty("operation", name)
			.addProperty("payload", new ObjectSchema().description("What the operation takes. Empty by default."));
		command.setRequired(List.of("operation"));
		return command;
	}

	private static ApiResponse completed() {
		return new ApiResponse().description("The operation has been executed, now or before.")
			.content(json(new ObjectSchema().addProperty("status", constant("completed"))
				.addProperty("result", new Schema<>().description("What the operation gives back."))))
			.addHeaderObject(WebSettings.REPLAYED_HEADER, new Header().schema(new BooleanSchema())
				.description("True if this is the answer to an earlier request with the same key."));
	}

	private static ApiResponse processing() {
		return new ApiResponse().description("The same request is in progress: send it again to get the answer.")
			.content(json(new ObjectSchema().addProperty("status", constant("processing"))))
			.addHeaderObject(HttpHeaders.RETRY_AFTER, retryAfter());
	}

	private static ApiResponse error(String status, String description) {
		ApiResponse response = new ApiResponse().description(description)
			.content(json(new Schema<>().$ref("#/components/schemas/" + ERROR)));
		return (status.equals("409") || status.equals("503"))
				? response.addHeaderObject(HttpHeaders.RETRY_AFTER, retryAfter()) : response;
	}

	private static Schema<?> error() {
		return new ObjectSchema().description("An error of the execute API.")
			.addProperty("error",
					new ObjectSchema().addProperty("code", new StringSchema().description("What clients match on."))
						.addProperty("message", new StringSchema()));
	}

	private static Schema<?> constant(String text) {
		return new StringSchema().addEnumItem(text);
	}

	private static Header retryAfter() {
		return new Header().schema(new IntegerSchema()).description("Seconds.");
	}

	private static Content json(Schema<?> schema) {
		return new Content().addMediaType("application/json", new MediaType().schema(schema));
	}

}
