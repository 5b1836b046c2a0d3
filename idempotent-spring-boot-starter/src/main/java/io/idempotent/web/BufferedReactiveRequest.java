package io.idempotent.web;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;

/**
 * A request whose body can be read for its fingerprint, and once more by its handler.
 * Untouched until somebody asks for the fingerprint.
 */
final class BufferedReactiveRequest extends ServerHttpRequestDecorator {

	private volatile byte @Nullable [] body;

	BufferedReactiveRequest(ServerHttpRequest request) {
		super(request);
	}

	/**
	 * Reads the whole body.
	 * @return fails with {@link BodyTooLargeException} if it has more bytes than the
	 * limit
	 */
	Mono<byte[]> body(long limit) {
		return read(getDelegate(), limit).doOnNext((bytes) -> this.body = bytes);
	}

	/**
	 * Reads the whole body of a request.
	 * @return fails with {@link BodyTooLargeException} if it has more bytes than the
	 * limit
	 */
	static Mono<byte[]> read(ServerHttpRequest request, long limit) {
		if (request.getHeaders().getContentLength() > limit) {
			return Mono.error(() -> new BodyTooLargeException(limit));
		}
		return DataBufferUtils.join(request.getBody(), (int) Math.min(limit, Integer.MAX_VALUE - 8))
			.map(BufferedReactiveRequest::bytes)
			.defaultIfEmpty(new byte[0])
			.onErrorMap(DataBufferLimitException.class, (ex) -> new BodyTooLargeException(limit));
	}

	private static byte[] bytes(DataBuffer buffer) {
		byte[] bytes = new byte[buffer.readableByteCount()];
		buffer.read(bytes);
		DataBufferUtils.release(buffer);
		return bytes;
	}

	@Override
	public Flux<DataBuffer> getBody() {
		byte[] body = this.body;
		if (body == null) {
			return super.getBody();
		}
		return (body.length > 0) ? Flux.defer(() -> Flux.just(DefaultDataBufferFactory.sharedInstance.wrap(body)))
				: Flux.empty();
	}

}
