package io.idempotent.web.reactive;

import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

import io.idempotent.web.RecordedResponse;
import io.idempotent.web.request.RequestAttempt;
import io.idempotent.web.request.RequestEnd;
import io.idempotent.web.request.RequestState;
import io.idempotent.web.request.WebSettings;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.codec.CodecException;
import org.springframework.core.codec.EncodingException;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.codec.HttpMessageReader;
import org.springframework.http.codec.ServerCodecConfigurer;
import org.springframework.http.codec.multipart.Part;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.reactive.function.UnsupportedMediaTypeException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.ServerWebExchangeDecorator;

/**
 * One request to a reactive application and its response, from the filter to the handler
 * and back.
 */
final class ReactiveExchange extends ServerWebExchangeDecorator {

	private static final String ATTRIBUTE = ReactiveExchange.class.getName();

	private static final ResolvableType FORM = ResolvableType.forClassWithGenerics(MultiValueMap.class, String.class,
			String.class);

	private static final ResolvableType PARTS = ResolvableType.forClassWithGenerics(MultiValueMap.class, String.class,
			Part.class);

	private final BufferedReactiveRequest request;

	private final ReactiveRecordingResponse response;

	private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.OPEN);

	private final RequestState state = new RequestState();

	private final Supplier<ServerCodecConfigurer> codecs;

	private final Mono<MultiValueMap<String, Part>> parts = Mono.defer(this::readParts).cache();

	private volatile boolean partsRead;

	private volatile @Nullable Throwable failure;

	ReactiveExchange(ServerWebExchange exchange, WebSettings settings, Supplier<ServerCodecConfigurer> codecs) {
		super(exchange);
		this.codecs = codecs;
		boolean keyed = exchange.getRequest().getHeaders().containsHeader(settings.header());
		this.request = new BufferedReactiveRequest(exchange.getRequest(), settings.bytesToKeep(keyed));
		this.response = new ReactiveRecordingResponse(exchange.getResponse(), keyed);
		exchange.getAttributes().put(ATTRIBUTE, this);
	}

	/**
	 * The exchange that a request is part of.
	 * @return null if it has not passed the filter, or its method needs no key
	 */
	static @Nullable ReactiveExchange of(ServerWebExchange exchange) {
		return exchange.getAttribute(ATTRIBUTE);
	}

	@Override
	public BufferedReactiveRequest getRequest() {
		return this.request;
	}

	@Override
	public ReactiveRecordingResponse getResponse() {
		return this.response;
	}

	/** The exchange of the server would read the body again. */
	@Override
	public Mono<MultiValueMap<String, String>> getFormData() {
		return Mono.defer(() -> {
			Mono<MultiValueMap<String, String>> form = read(FORM, MediaType.APPLICATION_FORM_URLENCODED);
			return isBuffered() ? form.defaultIfEmpty(new LinkedMultiValueMap<>()) : super.getFormData();
		});
	}

	@Override
	public Mono<MultiValueMap<String, Part>> getMultipartData() {
		return Mono.defer(() -> isBuffered() ? this.parts : super.getMultipartData());
	}

	@Override
	public Mono<Void> cleanupMultipart() {
		return this.partsRead ? this.parts.flatMapIterable(MultiValueMap::values)
			.flatMapIterable((parts) -> parts)
			.concatMapDelayError(Part::delete)
			.then() : super.cleanupMultipart();
	}

	/** Rather than read by others, to whom the exchange of the server has given it. */
	private boolean isBuffered() {
		byte[] body = this.request.body();
		return body != null && (body.length > 0 || this.request.getHeaders().getContentLength() == 0);
	}

	private Mono<MultiValueMap<String, Part>> readParts() {
		this.partsRead = true;
		return read(PARTS, MediaType.MULTIPART_FORM_DATA);
	}

	@SuppressWarnings("unchecked") // as the reader says
	private <T> Mono<T> read(ResolvableType type, MediaType mediaType) {
		return this.codecs.get()
			.getReaders()
			.stream()
			.filter((reader) -> reader.canRead(type, mediaType))
			.findFirst()
			.map((reader) -> ((HttpMessageReader<T>) reader).readMono(type, this.request, Map.of()))
			.orElseThrow();
	}

	/**
	 * A record is about to be claimed: from now on nobody can cancel the request.
	 * @return false if somebody has
	 */
	boolean beginClaim() {
		return this.phase.updateAndGet((phase) -> (phase == Phase.OPEN) ? Phase.CLAIMING : phase) == Phase.CLAIMING;
	}

	/**
	 * The client has gone.
	 * @return whether that cancels the request
	 */
	boolean cancel() {
		return this.phase.compareAndSet(Phase.OPEN, Phase.CANCELLED);
	}

	/**
	 * The handler is to be called: from now on its answer is held back.
	 */
	void own(RequestAttempt claim, long maxResponseSize) {
		this.state.own(claim);
		this.response.record(maxResponseSize);
	}

	/**
	 * The handler is not to be called: a recorded answer is sent, whatever is written
	 * between here and there.
	 */
	void replay(RecordedResponse recorded) {
		this.response.replay(recorded);
	}

	RequestState state() {
		return this.state;
	}

	@Nullable RequestAttempt claim() {
		return this.state.claim();
	}

	/**
	 * Something has failed, of which an answer may be made.
	 */
	void fail(Throwable failure) {
		this.failure = failure;
	}

	/**
	 * How it ends if the failure is thrown on, or an answer is made of it that has the
	 * status which the failure asks for.
	 */
	RequestEnd endOf(Throwable failure) {
		int status = statusOf(failure).value();
		return new RequestEnd(failure, status, hasResult(failure), () -> RecordedResponse.ofError(status));
	}

	/**
	 * How it has ended with an answer.
	 */
	RequestEnd end() {
		Throwable failure = this.failure;
		HttpStatusCode status = this.response.getStatusCode();
		return new RequestEnd(failure, (status != null) ? status.value() : HttpStatus.OK.value(),
				failure != null && hasResult(failure), this.response::outcome);
	}

	/** Whatever cannot be written has been made before. */
	private boolean hasResult(Throwable failure) {
		RequestAttempt claim = claim();
		return claim != null
				&& (claim.handler().isReturned() || (claim.handler().isWriting() && isUnwritable(failure)));
	}

	private static boolean isUnwritable(Throwable failure) {
		return failure instanceof EncodingException || failure.getClass() == CodecException.class
				|| failure instanceof UnsupportedMediaTypeException;
	}

	private static HttpStatusCode statusOf(Throwable failure) {
		if (failure instanceof ErrorResponse response) {
			return response.getStatusCode();
		}
		ResponseStatus declared = AnnotatedElementUtils.findMergedAnnotation(failure.getClass(), ResponseStatus.class);
		return (declared != null) ? declared.code() : HttpStatus.INTERNAL_SERVER_ERROR;
	}

	private enum Phase {

		OPEN, CLAIMING, CANCELLED

	}

}
