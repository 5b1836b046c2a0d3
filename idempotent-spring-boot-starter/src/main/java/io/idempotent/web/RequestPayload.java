package io.idempotent.web;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import io.idempotent.engine.PayloadDigester;
import io.idempotent.store.Fingerprint;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;

/**
 * Makes the fingerprint of a request: of its method, path, query, media type and body.
 * JSON counts as what it says, however it is written; forms by their parameters; the
 * parts of a multipart request each by name, file name, type and content, since the
 * boundary differs in each attempt; anything else byte by byte.
 *
 * @param method the method
 * @param path the path as it was sent
 * @param query the query as it was sent, null if there is none
 * @param type the media type of the body, null if there is none, or none that is known
 */
record RequestPayload(String method, String path, @Nullable String query, @Nullable MediaType type) {

	/**
	 * Reads the type of a body.
	 */
	static @Nullable MediaType typeOf(@Nullable String contentType) {
		try {
			return (contentType != null) ? MediaType.parseMediaType(contentType) : null;
		}
		catch (InvalidMediaTypeException ex) {
			// the handler will refuse it
			return null;
		}
	}

	boolean isMultipart() {
		return MediaType.MULTIPART_FORM_DATA.equalsTypeAndSubtype(this.type);
	}

	boolean isForm() {
		return MediaType.APPLICATION_FORM_URLENCODED.equalsTypeAndSubtype(this.type);
	}

	Fingerprint ofParts(List<List<Object>> parts, PayloadDigester digester) {
		return digest(parts, digester);
	}

	Fingerprint ofForm(Map<String, List<String>> parameters, PayloadDigester digester) {
		return digest(parameters, digester);
	}

	Fingerprint ofBody(byte[] body, PayloadDigester digester) {
		JsonNode tree = isJson() ? parse(body) : null;
		try {
			return digest((tree != null) ? tree : body, digester);
		}
		catch (IllegalArgumentException ex) {
			// a tree that is too deep or too large for a canonical form
			return digest(body, digester);
		}
	}

	private Fingerprint digest(Object body, PayloadDigester digester) {
		String mediaType = (this.type != null) ? this.type.getType() + '/' + this.type.getSubtype() : "";
		return digester.digest(List.of(part("method", this.method), part("path", this.path),
				part("query", parameters(this.query)), part("type", mediaType), part("body", body)));
	}

	private static PayloadDigester.Part part(String name, Object value) {
		return new PayloadDigester.Part("the %s of the request".formatted(name), Object.class, value);
	}

	private static List<String> parameters(@Nullable String query) {
		return (query != null) ? Arrays.stream(query.split("&")).sorted().toList() : List.of();
	}

	private boolean isJson() {
		return this.type != null && (MediaType.APPLICATION_JSON.equalsTypeAndSubtype(this.type)
				|| "json".equals(this.type.getSubtypeSuffix()));
	}

	private static @Nullable JsonNode parse(byte[] body) {
		try {
			return StrictJson.MAPPER.readTree(body);
		}
		catch (JacksonException ex) {
			// the handler will refuse it
			return null;
		}
	}

	/** What the content of a part counts by. */
	static MessageDigest sha256() {
		try {
			return MessageDigest.getInstance("SHA-256");
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
