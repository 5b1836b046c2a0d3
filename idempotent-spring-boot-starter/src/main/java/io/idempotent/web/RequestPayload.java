package io.idempotent.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.idempotent.engine.PayloadDigester;
import io.idempotent.store.Fingerprint;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.Part;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;

/**
 * Makes the fingerprint of a request: of its method, path, query, media type and body.
 * JSON counts as what it says, however it is written; forms by their parameters; the
 * parts of a multipart request each by name, file name, type and content, since the
 * boundary differs in each attempt; anything else byte by byte.
 */
final class RequestPayload {

	private static final JsonMapper JSON = JsonMapper.builder()
		.enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
		.enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
		.enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
		.build();

	private final PayloadDigester digester;

	private final long maxBodySize;

	RequestPayload(PayloadDigester digester, long maxBodySize) {
		this.digester = digester;
		this.maxBodySize = maxBodySize;
	}

	/**
	 * Makes the fingerprint.
	 * @param dispatched the request as the handler gets it
	 * @param buffered the same, with the body
	 * @throws BodyTooLargeException if the body has too many bytes
	 */
	Fingerprint fingerprintOf(HttpServletRequest dispatched, BufferedRequest buffered) {
		MediaType type = typeOf(dispatched);
		try {
			if (MediaType.MULTIPART_FORM_DATA.equalsTypeAndSubtype(type)) {
				return digest(dispatched, type, parts(dispatched));
			}
			if (MediaType.APPLICATION_FORM_URLENCODED.equalsTypeAndSubtype(type)) {
				return digest(dispatched, type, parameters(dispatched));
			}
			byte[] body = buffered.body(this.maxBodySize);
			JsonNode tree = isJson(type) ? parse(body) : null;
			return (tree != null) ? ofJson(dispatched, type, tree, body) : digest(dispatched, type, body);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** A tree that is too deep or too large for a canonical form counts byte by byte. */
	private Fingerprint ofJson(HttpServletRequest request, @Nullable MediaType type, JsonNode tree, byte[] body) {
		try {
			return digest(request, type, tree);
		}
		catch (IllegalArgumentException ex) {
			return digest(request, type, body);
		}
	}

	private Fingerprint digest(HttpServletRequest request, @Nullable MediaType type, Object body) {
		String mediaType = (type != null) ? type.getType() + '/' + type.getSubtype() : "";
		return this.digester.digest(List.of(part("method", request.getMethod()), part("path", request.getRequestURI()),
				part("query", query(request)), part("type", mediaType), part("body", body)));
	}

	private static PayloadDigester.Part part(String name, Object value) {
		return new PayloadDigester.Part("the %s of the request".formatted(name), Object.class, value);
	}

	private static List<String> query(HttpServletRequest request) {
		String query = request.getQueryString();
		return (query != null) ? Arrays.stream(query.split("&")).sorted().toList() : List.of();
	}

	private static @Nullable MediaType typeOf(HttpServletRequest request) {
		String type = request.getContentType();
		try {
			return (type != null) ? MediaType.parseMediaType(type) : null;
		}
		catch (InvalidMediaTypeException ex) {
			// the handler will refuse it
			return null;
		}
	}

	private static boolean isJson(@Nullable MediaType type) {
		return type != null
				&& (MediaType.APPLICATION_JSON.equalsTypeAndSubtype(type) || "json".equals(type.getSubtypeSuffix()));
	}

	private static @Nullable JsonNode parse(byte[] body) {
		try {
			return JSON.readTree(body);
		}
		catch (JacksonException ex) {
			// the handler will refuse it
			return null;
		}
	}

	private Map<String, List<String>> parameters(HttpServletRequest request) {
		Map<String, List<String>> parameters = new LinkedHashMap<>();
		long size = 0;
		for (var parameter : request.getParameterMap().entrySet()) {
			parameters.put(parameter.getKey(), List.of(parameter.getValue()));
			size += parameter.getKey().length();
			for (String value : parameter.getValue()) {
				size += value.length();
			}
		}
		if (Math.max(size, request.getContentLengthLong()) > this.maxBodySize) {
			throw new BodyTooLargeException(this.maxBodySize);
		}
		return parameters;
	}

	/** Their size is limited by {@code spring.servlet.multipart}. */
	private static List<List<Object>> parts(HttpServletRequest request) throws IOException {
		List<List<Object>> parts = new ArrayList<>();
		try {
			for (Part part : request.getParts()) {
				parts.add(List.of(part.getName(), text(part.getSubmittedFileName()), text(part.getContentType()),
						contentOf(part)));
			}
		}
		catch (ServletException ex) {
			throw new IllegalArgumentException("the parts of the request cannot be read", ex);
		}
		return parts;
	}

	private static String text(@Nullable String text) {
		return (text != null) ? text : "";
	}

	private static byte[] contentOf(Part part) throws IOException {
		MessageDigest digest = sha256();
		try (InputStream stream = new DigestInputStream(part.getInputStream(), digest)) {
			stream.transferTo(OutputStream.nullOutputStream());
		}
		return digest.digest();
	}

	private static MessageDigest sha256() {
		try {
			return MessageDigest.getInstance("SHA-256");
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
