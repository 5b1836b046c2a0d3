package io.idempotent.web;

import java.io.ByteArrayOutputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.idempotent.web.RecordedResponse.Header;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;

/**
 * A response that holds its body back until the answer is recorded. Passes everything on
 * until it is told to record, and from the moment on in which the body gets too large to
 * be recorded.
 */
final class ReactiveRecordingResponse extends ServerHttpResponseDecorator {

	private final ByteArrayOutputStream body = new ByteArrayOutputStream();

	private long limit;

	private volatile boolean holding;

	/** Whether an answer is held back, and not only what it begins with. */
	private volatile boolean complete;

	private volatile boolean passedThrough;

	private @Nullable ResponseHeaders headers;

	ReactiveRecordingResponse(ServerHttpResponse response) {
		super(response);
	}

	/**
	 * From now on holds the body back.
	 * @param limit the maximum number of bytes
	 */
	void record(long limit) {
		this.limit = limit;
		this.headers = ResponseHeaders.of(headersNow());
		this.holding = true;
	}

	/**
	 * What is to be recorded.
	 */
	Object outcome() {
		return (this.passedThrough || isTooLarge()) ? RecordedResponse.STREAMED
				: new RecordedResponse((getStatusCode() != null) ? getStatusCode().value() : HttpStatus.OK.value(),
						addedHeaders(), this.body.toByteArray(), null);
	}

	private List<Header> addedHeaders() {
		return Objects.requireNonNull(this.headers).addedTo(headersNow());
	}

	private Map<String, List<String>> headersNow() {
		Map<String, List<String>> headers = new LinkedHashMap<>();
		getHeaders().forEach((name, values) -> headers.put(name, List.copyOf(values)));
		return headers;
	}

	private boolean isTooLarge() {
		return this.body.size() > this.limit;
	}

	/**
	 * Sends what was held back.
	 */
	Mono<Void> send() {
		if (!this.holding) {
			return Mono.empty();
		}
		this.holding = false;
		if (this.body.size() == 0) {
			return super.setComplete();
		}
		getHeaders().setContentLength(this.body.size());
		return super.writeWith(Mono.fromSupplier(this::heldBuffer));
	}

	private DataBuffer heldBuffer() {
		return bufferFactory().wrap(this.body.toByteArray());
	}

	/**
	 * Forgets what was held back: something else is sent instead.
	 */
	void discard() {
		if (this.holding) {
			addedHeaders().forEach((header) -> getHeaders().remove(header.name()));
			getHeaders().remove(HttpHeaders.CONTENT_LENGTH);
			super.setStatusCode(null);
			clear();
		}
		this.holding = false;
	}

	private void clear() {
		this.body.reset();
		this.complete = false;
	}

	@Override
	public Mono<Void> writeWith(Publisher<? extends DataBuffer> body) {
		if (!this.holding) {
			return super.writeWith(body);
		}
		if (StreamTypes.contains(getHeaders().getContentType())) {
			return passThrough(body);
		}
		// the first window is held back, and another begins only if that is too large
		return Flux.<DataBuffer>from(body)
			.windowUntil((buffer) -> this.holding && isTooLarge(), true, 1)
			.index()
			.concatMap((window) -> (window.getT1() == 0) ? hold(window.getT2()) : passThrough(window.getT2()), 0)
			.then()
			.doOnSuccess((done) -> this.complete = true)
			.doOnError((failure) -> clear());
	}

	private Mono<Void> hold(Flux<DataBuffer> buffers) {
		return buffers.doOnNext((buffer) -> {
			byte[] bytes = new byte[buffer.readableByteCount()];
			buffer.read(bytes);
			DataBufferUtils.release(buffer);
			this.body.writeBytes(bytes);
		}).then();
	}

	/** Sends it with what was held back before: it cannot be recorded. */
	private Mono<Void> passThrough(Publisher<? extends DataBuffer> rest) {
		this.holding = false;
		this.passedThrough = true;
		Flux<DataBuffer> held = (this.body.size() > 0) ? Flux.defer(() -> Flux.just(heldBuffer())) : Flux.empty();
		return super.writeWith(held.concatWith(rest));
	}

	/** Somebody waits for each part of it. */
	@Override
	public Mono<Void> writeAndFlushWith(Publisher<? extends Publisher<? extends DataBuffer>> body) {
		if (this.holding) {
			this.holding = false;
			this.passedThrough = true;
		}
		return super.writeAndFlushWith(body);
	}

	@Override
	public Mono<Void> setComplete() {
		if (!this.holding) {
			return super.setComplete();
		}
		this.complete = true;
		return Mono.empty();
	}

	@Override
	public boolean isCommitted() {
		return super.isCommitted() || (this.holding && this.complete);
	}

	@Override
	public boolean setStatusCode(@Nullable HttpStatusCode status) {
		return !isCommitted() && super.setStatusCode(status);
	}

}
