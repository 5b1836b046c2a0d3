package io.idempotent.web.reactive;

import java.io.ByteArrayOutputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

import io.idempotent.web.RecordedResponse;
import io.idempotent.web.RecordedResponse.Header;
import io.idempotent.web.request.ResponseHeaders;
import io.idempotent.web.request.StreamingMediaTypes;
import io.idempotent.web.request.WebSettings;
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
 * A response that holds its body back until the answer is recorded, or answers with what
 * was recorded, whatever is written meanwhile. Passes everything on until it is told to
 * do either, and from the moment on in which the body gets too large to be recorded.
 */
final class ReactiveRecordingResponse extends ServerHttpResponseDecorator {

	private final ByteArrayOutputStream body = new ByteArrayOutputStream();

	private long limit;

	private volatile boolean holding;

	/** Whether an answer is held back, and not only what it begins with. */
	private volatile boolean complete;

	private volatile boolean passedThrough;

	/** Those that stand around us and the handler, before either adds its own. */
	private final Map<String, List<String>> outside;

	private @Nullable ResponseHeaders headers;

	private volatile @Nullable RecordedResponse replay;

	/** What is to be done before the answer is sent, and therefore recorded. */
	private final List<Supplier<? extends Mono<Void>>> actions = new CopyOnWriteArrayList<>();

	/**
	 * Wraps a response.
	 * @param keyed whether the request has a key, so that it may be recorded
	 */
	ReactiveRecordingResponse(ServerHttpResponse response, boolean keyed) {
		super(response);
		this.outside = keyed ? headersNow() : Map.of();
	}

	/**
	 * From now on holds the body back.
	 * @param limit the maximum number of bytes
	 */
	void record(long limit) {
		this.limit = limit;
		hold();
	}

	/**
	 * From now on swallows what is written: a recorded answer is sent in its place.
	 */
	void replay(RecordedResponse recorded) {
		this.replay = recorded;
		hold();
	}

	private void hold() {
		this.headers = new ResponseHeaders(this.outside, headersNow());
		this.holding = true;
	}

	/**
	 * Does what is to be done before the answer is sent.
	 */
	Mono<Void> prepare() {
		return Flux.fromIterable(this.actions)
			.concatMap((action) -> action.get())
			.doFinally((signal) -> this.actions.clear())
			.then();
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
	 * Sends what was held back, or the recorded answer.
	 */
	Mono<Void> send() {
		if (!this.holding) {
			return Mono.empty();
		}
		this.holding = false;
		RecordedResponse replay = this.replay;
		if (replay != null) {
			addedHeaders().forEach((header) -> getHeaders().remove(header.name()));
			return ReactiveReplay.write(replay, getDelegate());
		}
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
			getHeaders().remove(WebSettings.REPLAYED_HEADER);
			clear();
		}
		this.replay = null;
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
		if (this.replay != null) {
			return swallow(body);
		}
		if (StreamingMediaTypes.contains(getHeaders().getContentType())) {
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

	private Mono<Void> swallow(Publisher<? extends DataBuffer> body) {
		return Flux.from(body).doOnNext(DataBufferUtils::release).then(Mono.defer(this::setComplete));
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
		stopHolding();
		Flux<DataBuffer> held = (this.body.size() > 0) ? Flux.defer(() -> Flux.just(heldBuffer())) : Flux.empty();
		return super.writeWith(held.concatWith(rest));
	}

	/** Somebody waits for each part of it. */
	@Override
	public Mono<Void> writeAndFlushWith(Publisher<? extends Publisher<? extends DataBuffer>> body) {
		if (this.holding && this.replay != null) {
			return swallow(Flux.from(body).concatMap((part) -> part));
		}
		if (this.holding) {
			stopHolding();
		}
		return super.writeAndFlushWith(body);
	}

	private void stopHolding() {
		this.holding = false;
		this.passedThrough = true;
		this.actions.forEach(super::beforeCommit);
		this.actions.clear();
	}

	@Override
	public void beforeCommit(Supplier<? extends Mono<Void>> action) {
		if (this.holding && this.replay == null) {
			this.actions.add(action);
		}
		else {
			super.beforeCommit(action);
		}
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
