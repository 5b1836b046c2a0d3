package io.idempotent.web.execute;

import java.security.Principal;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.idempotent.web.BodyTooLargeException;
import io.idempotent.web.reactive.BufferedReactiveRequest;
import io.idempotent.web.reactive.ReactiveUser;
import io.idempotent.web.request.KeyHeader;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;

/**
 * The execute API in an application of Spring WebFlux. Operations run on threads that may
 * block, and go on when the client has gone.
 */
public final class ExecuteReactiveRoutes {

	/** Of their own, as each is kept from others as long as its operation takes. */
	private static final Scheduler THREADS = Schedulers.newBoundedElastic(Schedulers.DEFAULT_BOUNDED_ELASTIC_SIZE,
			Schedulers.DEFAULT_BOUNDED_ELASTIC_QUEUESIZE, "idempotent-execute", 60, true);

	private final ExecuteApi api;

	private ExecuteReactiveRoutes(ExecuteApi api) {
		this.api = api;
	}

	/**
	 * Creates the route.
	 * @param path its path
	 * @param api answers the requests
	 * @return the route of all methods: those that are wrong are refused
	 */
	public static RouterFunction<ServerResponse> of(String path, ExecuteApi api) {
		return RouterFunctions.route(RequestPredicates.path(path), new ExecuteReactiveRoutes(api)::handle);
	}

	private Mono<ServerResponse> handle(ServerRequest request) {
		String contentType = request.headers().firstHeader(HttpHeaders.CONTENT_TYPE);
		ResponseEntity<byte[]> refusal = this.api.refuse(request.method(), contentType);
		Mono<ResponseEntity<byte[]>> answer = (refusal != null) ? Mono.just(refusal) : answer(request);
		return answer.flatMap(ExecuteReactiveRoutes::write);
	}

	private Mono<ResponseEntity<byte[]>> answer(ServerRequest request) {
		List<String> key = request.headers().header(this.api.header());
		Mono<byte[]> body = KeyHeader.isReadable(key)
				? BufferedReactiveRequest.read(request.exchange().getRequest(), this.api.maxBodySize())
				: Mono.just(new byte[0]);
		return body.zipWith(ReactiveUser.of(request.exchange()))
			.flatMap((inputs) -> detached(key, inputs.getT2().orElse(null), inputs.getT1()))
			.onErrorResume(BodyTooLargeException.class, (ex) -> Mono.just(this.api.bodyTooLarge()));
	}

	/**
	 * A client that goes away stops nothing: whether it is still there says nothing about
	 * the operation.
	 */
	private Mono<ResponseEntity<byte[]>> detached(List<String> key, @Nullable Principal user, byte[] body) {
		return Mono.fromFuture(
				CompletableFuture.supplyAsync(() -> this.api.answer(key, user, body), (task) -> THREADS.schedule(task)),
				true);
	}

	/** Not by a codec, which an application may have replaced. */
	private static Mono<ServerResponse> write(ResponseEntity<byte[]> answer) {
		byte[] body = ExecuteAnswers.bodyOf(answer);
		return ServerResponse.status(answer.getStatusCode())
			.headers((headers) -> headers.putAll(answer.getHeaders()))
			.contentLength(body.length)
			.body((message, context) -> message.writeWith(Mono.just(message.bufferFactory().wrap(body))));
	}

}
