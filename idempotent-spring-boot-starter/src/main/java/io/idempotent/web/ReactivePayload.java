package io.idempotent.web;

import java.security.MessageDigest;
import java.util.List;
import java.util.function.Supplier;

import io.idempotent.engine.PayloadDigester;
import io.idempotent.store.Fingerprint;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.codec.multipart.FilePart;
import org.springframework.http.codec.multipart.Part;
import org.springframework.web.server.ServerWebExchange;

/**
 * Reads what is compared of a request to a reactive application.
 */
final class ReactivePayload {

	private final PayloadDigester digester;

	private final long maxBodySize;

	ReactivePayload(PayloadDigester digester, long maxBodySize) {
		this.digester = digester;
		this.maxBodySize = maxBodySize;
	}

	/**
	 * Reads a request.
	 * @param dispatched the request as the handler gets it
	 * @param buffered the same, with the body
	 * @return what makes the fingerprint, which takes time; fails with
	 * {@link BodyTooLargeException} if the body has too many bytes
	 */
	Mono<Supplier<Fingerprint>> read(ServerWebExchange dispatched, BufferedReactiveRequest buffered) {
		HttpHeaders headers = dispatched.getRequest().getHeaders();
		RequestPayload payload = new RequestPayload(dispatched.getRequest().getMethod().name(),
				dispatched.getRequest().getURI().getRawPath(), dispatched.getRequest().getURI().getRawQuery(),
				RequestPayload.typeOf(headers.getFirst(HttpHeaders.CONTENT_TYPE)));
		if (payload.isMultipart()) {
			return parts(dispatched).map((parts) -> () -> payload.ofParts(parts, this.digester));
		}
		if (payload.isForm()) {
			if (headers.getContentLength() > this.maxBodySize) {
				return Mono.error(() -> new BodyTooLargeException(this.maxBodySize));
			}
			return dispatched.getFormData().map((form) -> () -> payload.ofForm(form, this.digester));
		}
		return buffered.body(this.maxBodySize).map((body) -> () -> payload.ofBody(body, this.digester));
	}

	/** Their size is limited by {@code spring.webflux.multipart}. */
	private static Mono<List<List<Object>>> parts(ServerWebExchange exchange) {
		return exchange.getMultipartData()
			.flatMapIterable((parts) -> parts.values().stream().flatMap(List::stream).toList())
			.concatMap((part) -> digest(part.content()).map((content) -> List.<Object>of(part.name(),
					(part instanceof FilePart file) ? file.filename() : "", text(part), content)))
			.collectList();
	}

	private static String text(Part part) {
		@Nullable String type = part.headers().getFirst(HttpHeaders.CONTENT_TYPE);
		return (type != null) ? type : "";
	}

	private static Mono<byte[]> digest(Flux<DataBuffer> content) {
		return content.reduceWith(RequestPayload::sha256, ReactivePayload::update).map(MessageDigest::digest);
	}

	/** Without consuming it: the handler gets the same buffer. */
	private static MessageDigest update(MessageDigest digest, DataBuffer buffer) {
		try (DataBuffer.ByteBufferIterator content = buffer.readableByteBuffers()) {
			content.forEachRemaining(digest::update);
		}
		return digest;
	}

}
