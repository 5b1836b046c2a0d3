package io.idempotent.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.idempotent.engine.PayloadDigester;
import io.idempotent.store.Fingerprint;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.Part;
import org.jspecify.annotations.Nullable;

/**
 * Reads what is compared of a request to a servlet.
 */
final class ServletPayload {

	private final PayloadDigester digester;

	private final long maxBodySize;

	ServletPayload(PayloadDigester digester, long maxBodySize) {
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
		RequestPayload payload = new RequestPayload(dispatched.getMethod(), dispatched.getRequestURI(),
				dispatched.getQueryString(), RequestPayload.typeOf(dispatched.getContentType()));
		try {
			if (payload.isMultipart()) {
				return payload.ofParts(parts(dispatched), this.digester);
			}
			if (payload.isForm()) {
				return payload.ofForm(parameters(dispatched), this.digester);
			}
			return payload.ofBody(buffered.body(this.maxBodySize), this.digester);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
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
		MessageDigest digest = RequestPayload.sha256();
		try (InputStream stream = new DigestInputStream(part.getInputStream(), digest)) {
			stream.transferTo(OutputStream.nullOutputStream());
		}
		return digest.digest();
	}

}
