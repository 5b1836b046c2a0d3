package io.idempotent.web.execute;

import java.util.Set;

import io.idempotent.web.request.StrictJson;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a client asks for.
 *
 * @param operation the name of the operation
 * @param payload its payload, empty if there was none
 */
record ExecuteCommand(String operation, ObjectNode payload) {

	private static final Set<String> MEMBERS = Set.of("operation", "payload");

	/**
	 * Reads the body of a request.
	 * @throws ExecuteRefusedException if it has another shape
	 */
	static ExecuteCommand parse(byte[] body) {
		JsonNode root = read(body);
		if (!root.isObject()) {
			throw ExecuteRefusedException.invalid("The body is not a JSON object.");
		}
		if (!MEMBERS.containsAll(root.propertyNames())) {
			// or a misspelled payload would be an empty one
			throw ExecuteRefusedException.invalid("The body has other members than 'operation' and 'payload'.");
		}
		JsonNode operation = root.path("operation");
		if (!operation.isString() || operation.stringValue().isBlank()) {
			throw ExecuteRefusedException.invalid("The member 'operation' is not the name of an operation.");
		}
		return new ExecuteCommand(operation.stringValue(), payload(root.get("payload")));
	}

	private static JsonNode read(byte[] body) {
		try {
			return StrictJson.MAPPER.readTree(body);
		}
		catch (JacksonException ex) {
			throw ExecuteRefusedException
				.invalid("The body cannot be read as JSON, which has no duplicate members and nothing after its end.");
		}
	}

	private static ObjectNode payload(@Nullable JsonNode payload) {
		if (payload == null || payload.isNull()) {
			return StrictJson.MAPPER.createObjectNode();
		}
		if (payload instanceof ObjectNode object) {
			return object;
		}
		throw ExecuteRefusedException.invalid("The member 'payload' is not an object.");
	}

	/**
	 * The JSON of the payload.
	 */
	byte[] json() {
		return StrictJson.MAPPER.writeValueAsBytes(this.payload);
	}

}
