package io.idempotent.client;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

import io.idempotent.IdempotencyContext;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.web.reactive.function.BodyExtractors;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFilterFunction;
import org.springframework.web.reactive.function.client.ExchangeFunction;
import org.springframework.web.reactive.function.client.WebClientRequestException;

/**
 * Gives marked writes of a {@code WebClient} their key, and repeats them with it after
 * connection errors, timeouts, and the statuses of
 * {@link ClientSettings.Builder#retryOn}. All others pass untouched.
 * <p>
 * Marked are requests with the header or an attribute of {@link IdempotentRequest}, and
 * those of {@link ClientSettings.Builder#everyWrite()}. The current
 * {@code IdempotencyContext} is that of the Reactor context, else of the thread that
 * subscribes. When the time of the call is over, the last answer is returned, or the last
 * exception thrown, as it is. An attempt that has not ended by then is cancelled: if no
 * attempt had an answer, that is a {@code WebClientRequestException} caused by a
 * {@code TimeoutException}. Bodies of answers are kept in memory.
 */
public final class IdempotencyExchangeFilter implements ExchangeFilterFunction {

	private final ClientSettings settings;

	private final RequestKeys keys;

	private final RetryRule rule;

	/**
	 * Creates a filter with the default settings.
	 */
	public IdempotencyExchangeFilter() {
		this(ClientSettings.defaults());
	}

	/**
	 * Creates a filter.
	 * @param settings the settings
	 */
	public IdempotencyExchangeFilter(ClientSettings settings) {
		this.settings = settings;
		this.keys = new RequestKeys(settings);
		this.rule = settings.retryRule();
	}

	@Override
	public Mono<ClientResponse> filter(ClientRequest request, ExchangeFunction next) {
		return Mono.deferContextual((context) -> {
			String key = this.keys.find(request.method(), request.headers(), request.attributes(),
					() -> context.<IdempotencyContext>getOrEmpty(IdempotencyContext.class)
						.or(IdempotencyContext::current));
			if (key == null) {
				return next.exchange(request);
			}
			return exchange(
					ClientRequest.from(request).headers((headers) -> headers.set(this.settings.header(), key)).build(),
					next);
		});
	}

	private Mono<ClientResponse> exchange(ClientRequest request, ExchangeFunction next) {
		RetryBudget budget = new RetryBudget(this.settings);
		AtomicReference<@Nullable Refused> last = new AtomicReference<>();
		return Mono
			.defer(() -> attempt(request, next).doOnError(Refused.class, last::set)
				.timeout(budget.remaining(), Mono.error(() -> expired(request, last.get()))))
			.retryWhen(Retry.from((signals) -> signals.concatMap((signal) -> pause(budget, signal.failure()))))
			.onErrorResume(Refused.class, (refused) -> Mono.just(refused.answer));
	}

	private Mono<ClientResponse> attempt(ClientRequest request, ExchangeFunction next) {
		return next.exchange(request)
			.flatMap((answer) -> buffered(answer).onErrorMap(IdempotencyExchangeFilter::isOfTheConnection,
					(failure) -> failure(request, failure)))
			.flatMap((answer) -> {
				Duration wait = this.rule.pauseAfter(answer.response().statusCode(),
						answer.response().headers().asHttpHeaders(), answer::bytes);
				return (wait != null) ? Mono.error(new Refused(answer.response(), wait)) : Mono.just(answer.response());
			});
	}

	private static Mono<Buffered> buffered(ClientResponse answer) {
		return DataBufferUtils.join(answer.body(BodyExtractors.toDataBuffers())).map((joined) -> {
			byte[] bytes = new byte[joined.readableByteCount()];
			joined.read(bytes);
			DataBufferUtils.release(joined);
			return bytes;
		}).defaultIfEmpty(new byte[0]).map((bytes) -> {
			Flux<DataBuffer> body = (bytes.length > 0) ? Flux.just(DefaultDataBufferFactory.sharedInstance.wrap(bytes))
					: Flux.empty();
			return new Buffered(answer.mutate().body((arrived) -> body).build(), bytes);
		});
	}

	private static Mono<Long> pause(RetryBudget budget, Throwable failure) {
		Duration wait = waitAfter(failure);
		Duration pause = (wait != null) ? budget.nextPause(wait) : null;
		return (pause != null) ? Mono.delay(pause) : Mono.error(failure);
	}

	private static @Nullable Duration waitAfter(Throwable failure) {
		if (failure instanceof Refused refused) {
			return refused.wait;
		}
		boolean retryable = failure instanceof WebClientRequestException && isOfTheConnection(failure.getCause());
		return retryable ? Duration.ZERO : null;
	}

	/**
	 * Some of Netty's exceptions are no I/O exceptions, and Netty may be absent.
	 */
	private static boolean isOfTheConnection(@Nullable Throwable failure) {
		return failure instanceof IOException || failure instanceof TimeoutException
				|| (failure != null && failure.getClass().getName().matches("(io|reactor)\\.netty\\..*"));
	}

	private Throwable expired(ClientRequest request, @Nullable Refused last) {
		return (last != null) ? last : failure(request,
				new TimeoutException("No answer within %s, with all attempts".formatted(this.settings.deadline())));
	}

	private static WebClientRequestException failure(ClientRequest request, Throwable cause) {
		return new WebClientRequestException(cause, request.method(), request.url(), request.headers());
	}

	/**
	 * An answer whose body has arrived.
	 */
	@SuppressWarnings("ArrayRecordComponent") // never compared
	private record Buffered(ClientResponse response, byte[] bytes) {
	}

	/**
	 * An answer after which another attempt helps.
	 */
	private static final class Refused extends RuntimeException {

		private final transient ClientResponse answer;

		private final Duration wait;

		Refused(ClientResponse answer, Duration wait) {
			super("status " + answer.statusCode().value(), null, false, false);
			this.answer = answer;
			this.wait = wait;
		}

	}

}
