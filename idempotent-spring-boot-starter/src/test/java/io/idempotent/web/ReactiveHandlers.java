package io.idempotent.web;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeoutException;

import io.idempotent.IdempotencyContext;
import io.idempotent.Idempotent;
import io.idempotent.InProgressPolicy;
import jakarta.validation.Valid;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.codec.DecodingException;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.http.codec.multipart.FilePart;
import org.springframework.http.codec.multipart.PartEvent;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.resilience.annotation.Retryable;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.authorization.AuthorizationDeniedException;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RequestPart;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;

/**
 * What requests of the tests come to in WebFlux.
 */
@RestController
class ReactiveHandlers extends HandlerRuns {

	@Idempotent(operation = "order.create")
	@PostMapping({ "/orders", "/open/orders", "/admin/orders" })
	public Mono<ResponseEntity<Created>> create(@RequestBody Order order) {
		return Mono.fromSupplier(() -> {
			int id = run("create");
			return ResponseEntity.created(URI.create("/orders/" + id))
				.header("X-Order", "a", "b")
				.header("Set-Cookie", "session=1")
				.body(new Created(id, order.item()));
		});
	}

	@Idempotent(operation = "order.validate")
	@PostMapping("/validated")
	public Mono<Created> validated(@Valid @RequestBody Order order) {
		return Mono.fromSupplier(() -> new Created(run("validated"), order.item()));
	}

	@Idempotent(operation = "order.pay")
	@PutMapping("/orders/{id}/pay")
	public Mono<Created> pay(@PathVariable int id) {
		return Mono.fromSupplier(() -> new Created(run("pay"), "order " + id));
	}

	@Idempotent(operation = "order.delete")
	@DeleteMapping("/orders/{id}")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	public Mono<Void> delete(@PathVariable int id) {
		return Mono.fromRunnable(() -> run("delete"));
	}

	@PostMapping("/plain")
	public Mono<Created> plain(@RequestBody Order order) {
		return Mono.fromSupplier(() -> new Created(run("plain"), order.item()));
	}

	@Idempotent(operation = "echo")
	@RequestMapping(path = "/echo/**",
			method = { RequestMethod.POST, RequestMethod.PUT, RequestMethod.PATCH, RequestMethod.DELETE })
	public Mono<String> echo(ServerWebExchange exchange) {
		return DataBufferUtils.join(exchange.getRequest().getBody())
			.map((buffer) -> buffer.toString(StandardCharsets.UTF_8))
			.defaultIfEmpty("")
			.map((body) -> "%s %d".formatted(body, run("echo")));
	}

	@Idempotent(operation = "chosen", payload = "{#body.amount, #headers['If-Match'], #query['page'], #path}")
	@PostMapping("/chosen/**")
	Mono<String> chosen(@RequestBody(required = false) Mono<String> body) {
		return Mono.fromSupplier(() -> "run " + run("chosen"));
	}

	@Idempotent(operation = "chosen.rest", payload = "#body.?[key != 'sentAt' and key != 'page']")
	@PostMapping("/chosen-rest")
	public Mono<String> chosenRest() {
		return Mono.fromSupplier(() -> "run " + run("chosen rest"));
	}

	@Idempotent(operation = "parts")
	@PostMapping("/parts")
	public Mono<String> parts(@RequestBody Flux<PartEvent> parts) {
		return parts.map((part) -> part.name() + "=" + part.content().toString(StandardCharsets.UTF_8))
			.collectList()
			.map((all) -> "%s %d".formatted(all, run("parts")));
	}

	@Idempotent(operation = "status")
	@PostMapping("/status/{status}")
	public Mono<ResponseEntity<String>> status(@PathVariable int status) {
		return Mono.fromSupplier(() -> ResponseEntity.status(status).body("run " + run("status")));
	}

	@Idempotent(operation = "thrown")
	@PostMapping("/thrown/{status}")
	public Mono<String> thrown(@PathVariable int status) {
		run("thrown");
		return Mono.error(new ResponseStatusException(HttpStatus.valueOf(status), "run " + runs("thrown")));
	}

	@Idempotent(operation = "boom")
	@PostMapping("/boom")
	public Mono<String> boom() {
		throw new IllegalStateException("boom " + run("boom"));
	}

	@Idempotent(operation = "timeout")
	@PostMapping("/timeout")
	public Mono<String> timeout() {
		run("timeout");
		return Mono.error(new TimeoutException("nobody knows"));
	}

	@Idempotent(operation = "declined", recordFailures = DeclinedException.class)
	@PostMapping("/declined")
	public Mono<String> declined() {
		run("declined");
		return Mono.error(new DeclinedException());
	}

	@ExceptionHandler
	public ResponseEntity<String> handle(DeclinedException ex) {
		return ResponseEntity.status(502).header("X-Declined", "yes").body("declined " + runs("declined"));
	}

	@Idempotent(operation = "denied")
	@PreAuthorize("hasRole('ADMIN')")
	@PostMapping("/denied")
	public Mono<String> denied() {
		return Mono.fromSupplier(() -> "run " + run("denied"));
	}

	@Idempotent(operation = "context")
	@PostMapping("/context")
	public Mono<String> context() {
		IdempotencyContext bound = IdempotencyContext.current().orElseThrow();
		return Mono.deferContextual((reactor) -> {
			IdempotencyContext context = reactor.get(IdempotencyContext.class);
			return Mono.just("%s %d %s %s".formatted(context.operation(), context.attempt(),
					context.keyFor("downstream"), context.equals(bound)));
		});
	}

	@Idempotent(operation = "raw")
	@PostMapping("/raw")
	public Mono<Void> raw(ServerWebExchange exchange) {
		ServerHttpResponse response = exchange.getResponse();
		response.setStatusCode(HttpStatus.ACCEPTED);
		response.getHeaders().add("Content-Type", "application/octet-stream");
		return response.writeWith(exchange.getRequest().getBody().concatWith(Mono.fromSupplier(this::rawRun)));
	}

	private DataBuffer rawRun() {
		return DefaultDataBufferFactory.sharedInstance.wrap(new byte[] { (byte) run("raw") });
	}

	@Idempotent(operation = "redirect")
	@PostMapping("/redirect")
	public Mono<Void> redirect(ServerHttpResponse response) {
		return Mono.defer(() -> {
			response.setStatusCode(HttpStatus.FOUND);
			response.getHeaders().setLocation(URI.create("/orders/" + run("redirect")));
			return response.setComplete();
		});
	}

	@Idempotent(operation = "form")
	@PostMapping("/form")
	public Mono<String> form(ServerWebExchange exchange) {
		return exchange.getFormData()
			.map((form) -> "%s %s %d".formatted(form.getFirst("name"), form.get("tag"), run("form")));
	}

	@Idempotent(operation = "upload")
	@PostMapping("/upload")
	public Mono<String> upload(@RequestPart String title, @RequestPart FilePart file) {
		return file.content()
			.map((buffer) -> buffer.toString(StandardCharsets.UTF_8))
			.collectList()
			.map((content) -> "%s %s %d".formatted(title, String.join("", content), run("upload")));
	}

	@Idempotent(operation = "fragile")
	@PostMapping("/fragile")
	public Mono<String> fragile(@RequestBody Fragile fragile) {
		return Mono.fromSupplier(() -> fragile.item() + " " + run("fragile"));
	}

	@Retryable(maxRetries = 2, delay = 1)
	@Idempotent(operation = "retried")
	@PostMapping("/retried")
	public Mono<String> retried() {
		return Mono.fromSupplier(() -> {
			if (run("retried") == 1) {
				throw new IllegalStateException("the first time");
			}
			return "retried";
		});
	}

	@Retryable(maxRetries = 2, delay = 1)
	@Idempotent(operation = "retried.timeout")
	@PostMapping("/retried/timeout")
	public Mono<String> retriedTimeout() {
		return Mono.error(() -> {
			run("retried timeout");
			return new TimeoutException("nobody knows");
		});
	}

	@Idempotent(operation = "unwritable")
	@PostMapping("/unwritable")
	public Mono<Unwritable> unwritable() {
		return Mono.fromSupplier(() -> {
			run("unwritable");
			return new Unwritable();
		});
	}

	@Idempotent(operation = "large")
	@PostMapping("/large")
	public Mono<String> large() {
		return Mono.fromSupplier(() -> "x".repeat(20_000 + run("large")));
	}

	/** In pieces, of which the first ones would fit. */
	@Idempotent(operation = "large.pieces")
	@PostMapping("/large/pieces")
	public Mono<Void> largePieces(ServerHttpResponse response) {
		return response.writeWith(Flux.range(0, 100).map((i) -> {
			if (i == 0) {
				run("large pieces");
			}
			return response.bufferFactory().wrap("x".repeat(1_000).getBytes(StandardCharsets.UTF_8));
		}));
	}

	@Idempotent(operation = "slow")
	@PostMapping("/slow")
	public Mono<String> slow() {
		return slowly("slow");
	}

	@Idempotent(operation = "slow.wait", onInProgress = InProgressPolicy.WAIT)
	@PostMapping("/slow-wait")
	public Mono<String> slowWait() {
		return slowly("slow-wait");
	}

	/** Fails the first time. */
	@Idempotent(operation = "slow.failing", onInProgress = InProgressPolicy.WAIT)
	@PostMapping("/slow-failing")
	public Mono<String> slowFailing() {
		return slowly("slow failing").map((answer) -> {
			if (answer.equals("run 1")) {
				throw new IllegalStateException(answer);
			}
			return answer;
		});
	}

	/** What it calls gives something else than it expects. */
	@Idempotent(operation = "decoding")
	@PostMapping("/decoding")
	public Mono<String> decoding() {
		return Mono.error(() -> new DecodingException("run " + run("decoding")));
	}

	private Mono<String> slowly(String name) {
		return Mono.defer(() -> {
			int run = run(name);
			enter();
			return Mono.fromFuture(gate(), true).map((open) -> "run " + run);
		});
	}

	@Idempotent(operation = "async.mono")
	@PostMapping("/async/mono")
	public Mono<Created> mono() {
		return Mono.fromSupplier(() -> new Created(run("mono"), null));
	}

	@Idempotent(operation = "flux")
	@PostMapping("/flux")
	public Flux<Created> flux() {
		return Flux.defer(() -> {
			int run = run("flux");
			return Flux.just(new Created(run, "a"), new Created(run, "b"));
		});
	}

	@Idempotent(operation = "flux.failing")
	@PostMapping("/flux/failing")
	public Flux<Created> failingFlux() {
		return Flux.defer(() -> {
			int run = run("failing flux");
			return Flux.concat(Mono.just(new Created(run, "a")),
					Mono.error(new ResponseStatusException(HttpStatus.CONFLICT, "run " + run)));
		});
	}

	@Idempotent(operation = "flux.unwritable")
	@PostMapping("/flux/unwritable")
	public Flux<Object> unwritableFlux() {
		return Flux.defer(() -> {
			run("unwritable flux");
			return Flux.fromIterable(List.of("a", new Unwritable(), "b")).concatWith(Mono.never());
		});
	}

	@Idempotent(operation = "empty")
	@PostMapping("/empty")
	public Mono<String> empty() {
		return Mono.fromRunnable(() -> run("empty"));
	}

	/** What it calls may only be called by others. */
	@Idempotent(operation = "inner.denied")
	@PostMapping("/inner/denied")
	public Mono<String> innerDenied() {
		return Mono.error(() -> {
			run("inner denied");
			return new AuthorizationDeniedException("denied");
		});
	}

}
