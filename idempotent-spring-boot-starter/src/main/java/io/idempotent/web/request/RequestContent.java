package io.idempotent.web.request;

import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.idempotent.engine.PayloadDigester;
import io.idempotent.store.Fingerprint;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

import org.springframework.beans.PropertyAccessorFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.http.server.PathContainer;
import org.springframework.http.server.RequestPath;
import org.springframework.util.LinkedCaseInsensitiveMap;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.util.ObjectUtils;
import org.springframework.util.StringUtils;
import org.springframework.web.util.UriUtils;

/**
 * What a request says, however it is written: its method, the path within the
 * application, the query, the media type and the body, without what infrastructure adds.
 * Paths and queries that are equal by RFC 3986 are equal, and so are queries that are
 * equal as forms.
 *
 * @param method the method
 * @param path the path, normalised
 * @param query the parameters of the query
 * @param headers all headers, of which none is compared unless that is asked for
 * @param type the media type of the body, empty if there is no body
 * @param body the body: a {@link JsonNode}, the parameters of a form, the parts of a
 * multipart request, or bytes
 */
public record RequestContent(String method, String path, Map<String, List<String>> query, HttpHeaders headers,
		String type, Object body) {

	/**
	 * The parameter with a token of Spring Security, unless another one is configured.
	 */
	public static final String CSRF_PARAMETER = "_csrf";

	/** What a decoder makes of any bytes that are no text. */
	private static final char NO_TEXT = '\uFFFD';

	/**
	 * What is known of a request before its body is read.
	 *
	 * @param method the method
	 * @param path the path, parsed
	 * @param query the query as it was sent, null if there is none
	 * @param headers the headers
	 * @param type the media type of the body, null if there is none, or none that is
	 * known
	 * @param csrfParameter the parameter with the token against forged requests, which
	 * differs from page to page, null if there is none
	 */
	public record Head(String method, RequestPath path, @Nullable String query, HttpHeaders headers,
			@Nullable MediaType type, @Nullable String csrfParameter) {

		public boolean isMultipart() {
			return MediaType.MULTIPART_FORM_DATA.equalsTypeAndSubtype(this.type);
		}

		public boolean isForm() {
			return RequestContent.isForm(this.type);
		}

		public MultiValueMap<String, String> queryParameters() {
			return (this.query != null)
					? parameters(this.query.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8)
					: new LinkedMultiValueMap<>();
		}

		/**
		 * The whole content.
		 * @param parts the parts of the body
		 */
		public RequestContent ofParts(List<Part> parts) {
			return with(parts.stream().filter((part) -> !part.name().equals(this.csrfParameter)).toList());
		}

		public MultiValueMap<String, String> formOf(byte[] body) {
			Charset charset = (this.type != null) ? this.type.getCharset() : null;
			return parameters(body, (charset != null) ? charset : StandardCharsets.UTF_8);
		}

		public RequestContent ofForm(Map<String, List<String>> form) {
			return with(withoutToken(form));
		}

		public RequestContent ofBody(byte[] body) {
			JsonNode tree = isJson() ? parse(unicode(body)) : null;
			String boundary = (this.type != null && this.type.getType().equals("multipart") && body.length > 0)
					? this.type.getParameter("boundary") : null;
			return with((tree != null) ? tree : (boundary != null) ? split(body, boundary) : body);
		}

		private RequestContent with(Object body) {
			boolean empty = ObjectUtils.isEmpty(body);
			String type = (this.type != null && !empty) ? comparable(this.type, body) : "";
			return new RequestContent(this.method, normalise(this.path.pathWithinApplication()),
					withoutToken(queryParameters()), this.headers, type, empty ? new byte[0] : body);
		}

		private Map<String, List<String>> withoutToken(Map<String, List<String>> parameters) {
			Map<String, List<String>> rest = new TreeMap<>(parameters);
			if (this.csrfParameter != null) {
				rest.remove(this.csrfParameter);
			}
			return rest;
		}

		/** What a parser of JSON reads: it recognises Unicode, and nothing else. */
		private byte[] unicode(byte[] body) {
			Charset charset = (this.type != null) ? this.type.getCharset() : null;
			return (charset == null || charset.equals(StandardCharsets.US_ASCII) || charset.name().startsWith("UTF-"))
					? body : new String(body, charset).getBytes(StandardCharsets.UTF_8);
		}

		private boolean isJson() {
			return this.type != null && (MediaType.APPLICATION_JSON.equalsTypeAndSubtype(this.type)
					|| "json".equals(this.type.getSubtypeSuffix()));
		}

	}

	/**
	 * A part of a multipart request.
	 *
	 * @param name the name
	 * @param fileName the name of the file, empty if it is none
	 * @param type the media type, empty if there is none
	 * @param digest the SHA-256 of the content, in hexadecimal digits
	 */
	public record Part(String name, String fileName, String type, String digest) {

		public static MessageDigest sha256() {
			try {
				return MessageDigest.getInstance("SHA-256");
			}
			catch (NoSuchAlgorithmException ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

	/**
	 * Makes the fingerprint of all of it but the headers.
	 * @param digester makes it
	 * @return the fingerprint
	 */
	public Fingerprint fingerprint(PayloadDigester digester) {
		try {
			return fingerprint(digester, this.body);
		}
		catch (IllegalArgumentException ex) {
			if (this.body instanceof JsonNode tree) {
				// too deep or too large for a canonical form
				return fingerprint(digester, tree.toString());
			}
			throw ex;
		}
	}

	private Fingerprint fingerprint(PayloadDigester digester, Object body) {
		return digester.digest(List.of(part("method", this.method), part("path", this.path), part("query", this.query),
				part("type", this.type), part("body", body)));
	}

	private static PayloadDigester.Part part(String name, Object value) {
		return new PayloadDigester.Part("the %s of the request".formatted(name), Object.class, value);
	}

	/**
	 * Whether the body could be read as what its media type says.
	 */
	boolean isReadable() {
		return !(this.body instanceof byte[] bytes) || bytes.length == 0
				|| !this.type.split(";", 2)[0].endsWith("json");
	}

	/**
	 * The body as expressions see it: maps, lists and simple values.
	 */
	@Nullable Object bodyValue() {
		if (this.body instanceof JsonNode tree) {
			return StrictJson.MAPPER.treeToValue(tree, Object.class);
		}
		return ObjectUtils.isEmpty(this.body) ? Map.of() : this.body;
	}

	/**
	 * The headers as expressions see them: by name in any case, with all values of one.
	 */
	Map<String, String> headerValues() {
		Map<String, String> values = new LinkedCaseInsensitiveMap<>();
		this.headers.forEach((name, all) -> values.put(name, String.join(", ", all)));
		return values;
	}

	/**
	 * Reads the type of a body.
	 */
	public static @Nullable MediaType typeOf(@Nullable String contentType) {
		try {
			return (contentType != null) ? MediaType.parseMediaType(contentType) : null;
		}
		catch (InvalidMediaTypeException ex) {
			// the handler will refuse it
			return null;
		}
	}

	/**
	 * A boundary says how the body is written, not what it says, and so does a charset,
	 * unless it makes another text of the bytes that are compared.
	 */
	private static String comparable(MediaType type, Object body) {
		Map<String, String> parameters = new TreeMap<>();
		type.getParameters().forEach((name, value) -> parameters.put(name.toLowerCase(Locale.ROOT), value));
		parameters.keySet().removeAll(List.of("charset", "boundary"));
		Charset charset = type.getCharset();
		if (charset != null && body instanceof byte[] bytes
				&& !new String(bytes, charset).equals(new String(bytes, StandardCharsets.UTF_8))) {
			parameters.put("charset", charset.name());
		}
		StringBuilder text = new StringBuilder(type.getType() + '/' + type.getSubtype());
		parameters.forEach((name, value) -> text.append(';').append(name).append('=').append(unquote(value)));
		return text.toString();
	}

	private static String unquote(String value) {
		boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
		return quoted ? value.substring(1, value.length() - 1) : value;
	}

	public static boolean hasParameters(@Nullable MediaType type) {
		return isForm(type) || MediaType.MULTIPART_FORM_DATA.equalsTypeAndSubtype(type);
	}

	public static boolean isForm(@Nullable MediaType type) {
		return MediaType.APPLICATION_FORM_URLENCODED.equalsTypeAndSubtype(type);
	}

	/**
	 * Reads the name of the parameter with a token of Spring Security.
	 */
	public static @Nullable String csrfParameter(Object token) {
		return (String) PropertyAccessorFactory.forBeanPropertyAccess(token).getPropertyValue("parameterName");
	}

	/**
	 * Whether a token was made before: of a request that needs none it is not asked, as
	 * that would make one, and a session.
	 * @param session the names of the attributes of the session
	 * @param cookies the names of the cookies
	 */
	public static boolean hasCsrfToken(Collection<String> session, Collection<String> cookies) {
		return Stream.concat(session.stream(), cookies.stream())
			.map((name) -> name.toUpperCase(Locale.ROOT))
			.anyMatch((name) -> name.contains("CSRF") || name.contains("XSRF"));
	}

	/**
	 * Reads the parameters of a query or a form.
	 * @param body the text as it was sent
	 * @param charset that of the form
	 * @return the parameters in the order of their first values
	 */
	public static MultiValueMap<String, String> parameters(byte[] body, Charset charset) {
		MultiValueMap<String, String> parameters = new LinkedMultiValueMap<>();
		for (String pair : StringUtils.delimitedListToStringArray(new String(body, StandardCharsets.ISO_8859_1), "&")) {
			if (pair.isEmpty()) {
				continue;
			}
			int equals = pair.indexOf('=');
			parameters.add(decode((equals < 0) ? pair : pair.substring(0, equals), charset),
					decode((equals < 0) ? "" : pair.substring(equals + 1), charset));
		}
		return parameters;
	}

	/** Bytes that are no text are not equal to others that are none. */
	private static String decode(String text, Charset charset) {
		try {
			byte[] bytes = URLDecoder.decode(text, StandardCharsets.ISO_8859_1).getBytes(StandardCharsets.ISO_8859_1);
			return charset.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
		}
		catch (IllegalArgumentException | CharacterCodingException ex) {
			// no encoding: as it stands
			return text;
		}
	}

	/**
	 * Writes each segment in one way, without the id of a session.
	 */
	private static String normalise(PathContainer path) {
		return path.elements()
			.stream()
			.map((element) -> (element instanceof PathContainer.PathSegment segment) ? normalise(segment) : "/")
			.collect(Collectors.joining());
	}

	private static String normalise(PathContainer.PathSegment segment) {
		String name = segment.valueToMatch();
		StringBuilder text = new StringBuilder((name.indexOf(NO_TEXT) < 0)
				? UriUtils.encode(name, StandardCharsets.UTF_8) : segment.value().split(";", 2)[0]);
		segment.parameters().forEach((parameter, values) -> {
			if (!parameter.equalsIgnoreCase("jsessionid")) {
				text.append(';').append(UriUtils.encode(parameter, StandardCharsets.UTF_8));
				values.forEach((value) -> text.append('=').append(UriUtils.encode(value, StandardCharsets.UTF_8)));
			}
		});
		return text.toString();
	}

	private static @Nullable JsonNode parse(byte[] body) {
		try {
			JsonNode tree = StrictJson.MAPPER.readTree(body);
			return tree.isMissingNode() ? null : tree;
		}
		catch (JacksonException ex) {
			// the handler will refuse it
			return null;
		}
	}

	/**
	 * Splits a body at the lines that begin with the delimiter, which differs in each
	 * attempt.
	 */
	private static List<String> split(byte[] body, String boundary) {
		String text = "\r\n" + new String(body, StandardCharsets.ISO_8859_1);
		return List.of(StringUtils.delimitedListToStringArray(text, "\r\n--" + boundary));
	}

}
