package io.idempotent.web.reactive;

import io.idempotent.web.BodyTooLargeException;
import io.idempotent.web.request.ReplayableBody;
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
public final class BufferedReactiveRequest extends ServerHttpRequestDecorator {

	private final ReplayableBody kept;

	private final boolean keeping;

	/** Whether others have begun to read the body, and whether all of it. */
	private volatile boolean begun;

	private volatile boolean read;

	private volatile byte @Nullable [] body;

	/**
	 * Wraps a request.
	 * @param bytesToKeep how much is kept of what others read before it is compared
	 */
	BufferedReactiveRequest(ServerHttpRequest request, long bytesToKeep) {
		super(request);
		this.keeping = bytesToKeep > 0;
		this.kept = new ReplayableBody(bytesToKeep);
	}

	/**
	 * Reads the whole body.
	 * @return fails with {@link BodyTooLargeException} if it has more bytes than the
	 * limit
	 */
	Mono<byte[]> body(long limit) {
		Mono<byte[]> bytes = this.begun ? Mono.fromCallable(this::bytesRead) : read(getDelegate(), limit);
		return bytes.doOnNext((all) -> this.body = all);
	}

	/**
	 * The body, if it has been read for its fingerprint.
	 */
	byte @Nullable [] body() {
		return this.body;
	}

	private byte[] bytesRead() {
		if (!this.read) {
			throw new IllegalStateException(
					"A filter has read a part of the body before it could be compared: let it read all, or order it before idempotencyFilter, which has 0");
		}
		return this.kept.toByteArray();
	}

	/**
	 * Reads the whole body of a request.
	 * @return fails with {@link BodyTooLargeException} if it has more bytes than the
	 * limit
	 */
	public static Mono<byte[]> read(ServerHttpRequest request, long limit) {
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
			return this.keeping ? Flux.defer(this::readAndKeep) : super.getBody();
		}
		return (body.length > 0) ? Flux.defer(() -> Flux.just(DefaultDataBufferFactory.sharedInstance.wrap(body)))
				: Flux.empty();
	}

	private Flux<DataBuffer> readAndKeep() {
		this.begun = true;
		return super.getBody().doOnNext(this::keep).doOnComplete(() -> this.read = true);
	}

	/** Without consuming it. */
	private void keep(DataBuffer buffer) {
		byte[] bytes = new byte[buffer.readableByteCount()];
		int position = buffer.readPosition();
		buffer.read(bytes);
		buffer.readPosition(position);
		this.kept.add(bytes, 0, bytes.length);
	}

}
