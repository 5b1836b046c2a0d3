package io.idempotent.web.reactive;

import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;

import io.idempotent.web.BodyTooLargeException;
import io.idempotent.web.request.RequestContent;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.codec.multipart.FilePart;
import org.springframework.http.codec.multipart.Part;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.web.server.ServerWebExchange;

/**
 * Reads what is compared of a request to a reactive application.
 */
final class ReactivePayload {

	/** Where Spring Security keeps the token of the request. */
	private static final String CSRF_TOKEN = "org.springframework.security.web.server.csrf.CsrfToken";

	private final long maxBodySize;

	ReactivePayload(long maxBodySize) {
		this.maxBodySize = maxBodySize;
	}

	/**
	 * Reads a request.
	 * @param dispatched the request as the handler gets it
	 * @param opened the same, with the body
	 * @return what it says; fails with {@link BodyTooLargeException} if the body has too
	 * many bytes
	 */
	Mono<RequestContent> read(ServerWebExchange dispatched, ReactiveExchange opened) {
		return csrfParameter(dispatched).map((csrf) -> head(dispatched.getRequest(), csrf.isEmpty() ? null : csrf))
			.flatMap((head) -> read(dispatched, opened, head));
	}

	private static Mono<String> csrfParameter(ServerWebExchange exchange) {
		ServerHttpRequest request = exchange.getRequest();
		// to ask for a token that is not among parameters would make one, and a session
		Object token = (request.getURI().getRawQuery() != null || RequestContent.hasParameters(typeOf(request)))
				? exchange.getAttribute(CSRF_TOKEN) : null;
		if (!(token instanceof Mono<?> mono)) {
			return Mono.just("");
		}
		return exchange.getSession()
			.map((session) -> RequestContent.hasCsrfToken(session.getAttributes().keySet(),
					request.getCookies().keySet()))
			.defaultIfEmpty(false)
			.flatMap((made) -> made ? mono.mapNotNull(RequestContent::csrfParameter)
					: Mono.just(RequestContent.CSRF_PARAMETER))
			.defaultIfEmpty("");
	}

	private static RequestContent.Head head(ServerHttpRequest request, @Nullable String csrfParameter) {
		return new RequestContent.Head(request.getMethod().name(), request.getPath(), request.getURI().getRawQuery(),
				request.getHeaders(), typeOf(request), csrfParameter);
	}

	private static @Nullable MediaType typeOf(ServerHttpRequest request) {
		return RequestContent.typeOf(request.getHeaders().getFirst(HttpHeaders.CONTENT_TYPE));
	}

	private Mono<RequestContent> read(ServerWebExchange dispatched, ReactiveExchange opened, RequestContent.Head head) {
		long length = head.headers().getContentLength();
		if (head.isMultipart() && (length < 0 || length > this.maxBodySize)) {
			return parts(dispatched, head);
		}
		Mono<byte[]> body = opened.getRequest().body(this.maxBodySize);
		if (length == 0 || !(head.isForm() || head.isMultipart())) {
			return body.map(head::ofBody);
		}
		// a filter that looks for a parameter has made a form of it: the exchange keeps
		// that
		Mono<byte[]> unread = body.onErrorComplete(IllegalStateException.class).filter((bytes) -> bytes.length > 0);
		if (head.isMultipart()) {
			return unread.then(parts(dispatched, head));
		}
		return unread.map(head::formOf)
			.switchIfEmpty(dispatched.getFormData().defaultIfEmpty(new LinkedMultiValueMap<>()))
			.map(head::ofForm);
	}

	/** Their size is limited by {@code spring.webflux.multipart}. */
	private static Mono<RequestContent> parts(ServerWebExchange exchange, RequestContent.Head head) {
		return exchange.getMultipartData()
			.flatMapIterable((parts) -> parts.values().stream().flatMap(List::stream).toList())
			.concatMap((part) -> digest(part.content()).map((content) -> new RequestContent.Part(part.name(),
					(part instanceof FilePart file) ? file.filename() : "", text(part), content)))
			.collectList()
			.map(head::ofParts);
	}

	private static String text(Part part) {
		@Nullable String type = part.headers().getFirst(HttpHeaders.CONTENT_TYPE);
		return (type != null) ? type : "";
	}

	private static Mono<String> digest(Flux<DataBuffer> content) {
		return content.reduceWith(RequestContent.Part::sha256, ReactivePayload::update)
			.map((digest) -> HexFormat.of().formatHex(digest.digest()));
	}

	/** Without consuming it: the handler gets the same buffer. */
	private static MessageDigest update(MessageDigest digest, DataBuffer buffer) {
		try (DataBuffer.ByteBufferIterator content = buffer.readableByteBuffers()) {
			content.forEachRemaining(digest::update);
		}
		return digest;
	}

}
