package io.idempotent.web.servlet;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.idempotent.web.BodyTooLargeException;
import io.idempotent.web.request.RequestContent;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import jakarta.servlet.http.Part;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.web.multipart.MultipartHttpServletRequest;
import org.springframework.web.util.ServletRequestPathUtils;
import org.springframework.web.util.WebUtils;

/**
 * Reads what is compared of a request to a servlet.
 */
final class ServletPayload {

	/** Where Spring Security keeps the token of the request. */
	private static final String CSRF_TOKEN = "org.springframework.security.web.csrf.CsrfToken";

	private final long maxBodySize;

	ServletPayload(long maxBodySize) {
		this.maxBodySize = maxBodySize;
	}

	/**
	 * Reads a request.
	 * @param dispatched the request as the handler gets it
	 * @param buffered the same, with the body
	 * @throws BodyTooLargeException if the body has too many bytes
	 */
	RequestContent read(HttpServletRequest dispatched, BufferedRequest buffered) {
		HttpHeaders headers = new HttpHeaders();
		for (String name : Collections.list(dispatched.getHeaderNames())) {
			headers.put(name, Collections.list(dispatched.getHeaders(name)));
		}
		RequestContent.Head head = new RequestContent.Head(dispatched.getMethod(),
				ServletRequestPathUtils.parse(dispatched), dispatched.getQueryString(), headers,
				RequestContent.typeOf(dispatched.getContentType()),
				hasParameters(dispatched) ? csrfParameter(dispatched) : null);
		try {
			if (WebUtils.getNativeRequest(dispatched, MultipartHttpServletRequest.class) != null) {
				return head.ofParts(parts(dispatched));
			}
			byte[] body = buffered.body(this.maxBodySize);
			return head.isForm() ? head.ofForm(form(dispatched, buffered, head.queryParameters())) : head.ofBody(body);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static @Nullable String csrfParameter(HttpServletRequest request) {
		Object token = request.getAttribute(CSRF_TOKEN);
		if (token == null) {
			return null;
		}
		HttpSession session = request.getSession(false);
		List<String> attributes = (session != null) ? Collections.list(session.getAttributeNames()) : List.of();
		List<String> cookies = (request.getCookies() != null)
				? Stream.of(request.getCookies()).map(Cookie::getName).toList() : List.of();
		return RequestContent.hasCsrfToken(attributes, cookies) ? RequestContent.csrfParameter(token)
				: RequestContent.CSRF_PARAMETER;
	}

	/** To ask for a token that is not among them would make one, and a session. */
	private static boolean hasParameters(HttpServletRequest request) {
		return request.getQueryString() != null
				|| RequestContent.hasParameters(RequestContent.typeOf(request.getContentType()));
	}

	/**
	 * What the body adds to the parameters of the query, also if a filter has read it
	 * before.
	 */
	private Map<String, List<String>> form(HttpServletRequest request, BufferedRequest buffered,
			MultiValueMap<String, String> query) {
		MultiValueMap<String, String> form = new LinkedMultiValueMap<>();
		if (!buffered.isFormParsed()) {
			form.addAll(buffered.form());
		}
		long size = 0;
		for (var parameter : request.getParameterMap().entrySet()) {
			List<String> values = List.of(parameter.getValue());
			List<String> ofQuery = query.getOrDefault(parameter.getKey(), List.of());
			boolean both = values.size() >= ofQuery.size() && values.subList(0, ofQuery.size()).equals(ofQuery);
			for (String value : values.subList(both ? ofQuery.size() : 0, values.size())) {
				form.add(parameter.getKey(), value);
				size += parameter.getKey().length() + value.length();
			}
		}
		if (Math.max(size, request.getContentLengthLong()) > this.maxBodySize) {
			throw new BodyTooLargeException(this.maxBodySize);
		}
		return form;
	}

	/** Their size is limited by {@code spring.servlet.multipart}. */
	private static List<RequestContent.Part> parts(HttpServletRequest request) throws IOException {
		List<RequestContent.Part> parts = new ArrayList<>();
		try {
			for (Part part : request.getParts()) {
				parts.add(new RequestContent.Part(part.getName(), text(part.getSubmittedFileName()),
						text(part.getContentType()), digestOf(part)));
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

	private static String digestOf(Part part) throws IOException {
		MessageDigest digest = RequestContent.Part.sha256();
		try (InputStream stream = new DigestInputStream(part.getInputStream(), digest)) {
			stream.transferTo(OutputStream.nullOutputStream());
		}
		return HexFormat.of().formatHex(digest.digest());
	}

}
