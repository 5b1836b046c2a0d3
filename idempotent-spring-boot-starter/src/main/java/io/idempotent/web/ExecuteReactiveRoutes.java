package io.idempotent.web;

import java.security.Principal;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
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

	/** Named, as Spring Security may be absent. */
	private static final String ANONYMOUS = "org.springframework.security.authentication.AnonymousAuthenticationToken";

	private final ExecuteApi api;

	private final Scheduler scheduler = Schedulers.boundedElastic();

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
		Mono<byte[]> body = this.api.hasKey(key) ? read(request) : Mono.just(new byte[0]);
		return body.zipWith(user(request))
			.flatMap((inputs) -> detached(key, inputs.getT2().orElse(null), inputs.getT1()))
			.onErrorResume(DataBufferLimitException.class, (ex) -> Mono.just(this.api.bodyTooLarge()));
	}

	private Mono<byte[]> read(ServerRequest request) {
		if (request.headers().contentLength().orElse(0) > this.api.maxBodySize()) {
			return Mono.error(new DataBufferLimitException("The body is too large"));
		}
		return DataBufferUtils.join(request.exchange().getRequest().getBody(), this.api.maxBodySize())
			.map(ExecuteReactiveRoutes::bytes)
			.defaultIfEmpty(new byte[0]);
	}

	private static byte[] bytes(DataBuffer buffer) {
		byte[] bytes = new byte[buffer.readableByteCount()];
		buffer.read(bytes);
		DataBufferUtils.release(buffer);
		return bytes;
	}

	private static Mono<Optional<Principal>> user(ServerRequest request) {
		return request.principal()
			.<Optional<Principal>>map(Optional::of)
			.map((user) -> user.filter((principal) -> !principal.getClass().getName().equals(ANONYMOUS)))
			.defaultIfEmpty(Optional.empty());
	}

	/**
	 * A client that goes away stops nothing: whether it is still there says nothing about
	 * the operation.
	 */
	private Mono<ResponseEntity<byte[]>> detached(List<String> key, @Nullable Principal user, byte[] body) {
		return Mono.fromFuture(CompletableFuture.supplyAsync(() -> this.api.answer(key, user, body),
				(task) -> this.scheduler.schedule(task)), true);
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
