package io.idempotent.web.reactive;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

import io.idempotent.IdempotencyException;
import io.idempotent.web.request.KeyHeader;
import io.idempotent.web.request.RequestAttempt;
import io.idempotent.web.request.RequestEnd;
import io.idempotent.web.request.ResponsePolicy;
import io.idempotent.web.request.WebSettings;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

import org.springframework.core.Ordered;
import org.springframework.http.codec.ServerCodecConfigurer;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;

/**
 * Lets requests to a WebFlux application that change something be claimed by their
 * handlers, and records the answer before it is sent. Once the claim has begun, a client
 * that goes does not end what it has begun. Decides nothing, and asks no store on its
 * own.
 */
public final class IdempotencyWebFilter implements WebFilter, Ordered {

	private static final Logger logger = LoggerFactory.getLogger(IdempotencyWebFilter.class);

	private final WebSettings settings;

	private final ResponsePolicy recorder;

	private final ReactiveErrors errors;

	private final Supplier<ServerCodecConfigurer> codecs;

	/**
	 * Creates the filter.
	 * @param settings how keys are taken, and which answers are recorded
	 * @param errors makes answers of failures
	 * @param codecs read forms; asked when one comes
	 */
	public IdempotencyWebFilter(WebSettings settings, ReactiveErrors errors, Supplier<ServerCodecConfigurer> codecs) {
		this.settings = settings;
		this.codecs = codecs;
		this.recorder = new ResponsePolicy(settings.serverErrorsRecorded());
		this.errors = errors;
	}

	/** Next inside of Spring Security, whose filter has -100. */
	@Override
	public int getOrder() {
		return -99;
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		if (!KeyHeader.isExpectedWith(exchange.getRequest().getMethod().name())) {
			return chain.filter(exchange);
		}
		ReactiveExchange opened = new ReactiveExchange(exchange, this.settings, this.codecs);
		Mono<Void> answer = chain.filter(opened)
			.onErrorResume((failure) -> fail(opened, failure))
			.then(Mono.defer(() -> end(opened)))
			.doFinally((signal) -> opened.cleanupMultipart().subscribe())
			.contextWrite((context) -> context.put(ReactiveExchange.class, opened));
		return Mono.create((client) -> subscribe(opened, answer, client));
	}

	private static void subscribe(ReactiveExchange exchange, Mono<Void> answer, MonoSink<Void> client) {
		AtomicBoolean gone = new AtomicBoolean();
		Disposable running = answer.contextWrite(client.contextView()).subscribe(null, (failure) -> {
			if (gone.get()) {
				logger.debug("A request whose client has gone failed", failure);
			}
			else {
				client.error(failure);
			}
		}, client::success);
		client.onCancel(() -> {
			gone.set(true);
			if (exchange.cancel()) {
				running.dispose();
			}
		});
	}

	/**
	 * An answer that is to be recorded is made here, any other by whoever does so for the
	 * failures of all requests.
	 */
	private Mono<Void> fail(ReactiveExchange exchange, Throwable failure) {
		RequestAttempt claim = exchange.claim();
		if (claim == null) {
			exchange.getResponse().discard();
			return Mono.error(failure);
		}
		if (claim.isEnded()) {
			return Mono.error(failure);
		}
		claim.handler().close();
		exchange.fail(failure);
		RequestEnd end = exchange.endOf(failure);
		if (!exchange.getResponse().isCommitted() && this.recorder.isOutcome(claim, end)) {
			return this.errors.render(exchange, failure)
				.onErrorResume((unrendered) -> endAndThrow(exchange, claim, end, unrendered));
		}
		return endAndThrow(exchange, claim, end, failure);
	}

	private Mono<Void> endAndThrow(ReactiveExchange exchange, RequestAttempt claim, RequestEnd end, Throwable failure) {
		exchange.getResponse().discard();
		return record(claim, () -> end).onErrorResume(IdempotencyException.class, (refusal) -> {
			failure.addSuppressed(refusal);
			return Mono.empty();
		}).then(Mono.error(failure));
	}

	private Mono<Void> end(ReactiveExchange exchange) {
		RequestAttempt claim = exchange.claim();
		if (claim == null) {
			return exchange.getResponse().send();
		}
		if (claim.isEnded()) {
			return Mono.empty();
		}
		return exchange.getResponse()
			.prepare()
			.onErrorResume((failure) -> fail(exchange, failure))
			.then(Mono.defer(() -> record(claim, exchange::end)))
			.onErrorResume(IdempotencyException.class, (refusal) -> {
				exchange.getResponse().discard();
				return this.errors.answer(exchange, refusal);
			})
			.then(Mono.defer(exchange.getResponse()::send));
	}

	/** Until the outcome is recorded. */
	private Mono<Void> record(RequestAttempt claim, Supplier<RequestEnd> ending) {
		return Mono.<@Nullable Object>fromFuture(this.recorder.end(claim, ending).thenApply((any) -> null), true)
			.timeout(claim.operation().lease(),
					Mono.fromRunnable(() -> logger.warn(RequestAttempt.STILL_RECORDING, claim.operation().name())))
			.then();
	}

}
