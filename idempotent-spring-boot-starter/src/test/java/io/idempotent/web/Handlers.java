package io.idempotent.web;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;

import io.idempotent.IdempotencyContext;
import io.idempotent.Idempotent;
import io.idempotent.InProgressPolicy;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.Valid;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.resilience.annotation.Retryable;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.multipart.MultipartFile;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * What requests of the tests come to in a servlet.
 */
@RestController
class Handlers extends HandlerRuns {

	@Idempotent(operation = "order.create")
	@PostMapping({ "/orders", "/open/orders", "/admin/orders" })
	public ResponseEntity<Created> create(@RequestBody Order order) {
		int id = run("create");
		return ResponseEntity.created(URI.create("/orders/" + id))
			.header("X-Order", "a", "b")
			.header("Set-Cookie", "session=1")
			.body(new Created(id, order.item()));
	}

	@Idempotent(operation = "order.validate")
	@PostMapping("/validated")
	public Created validated(@Valid @RequestBody Order order) {
		return new Created(run("validated"), order.item());
	}

	@Idempotent(operation = "order.pay")
	@PutMapping("/orders/{id}/pay")
	public Created pay(@PathVariable int id) {
		return new Created(run("pay"), "order " + id);
	}

	@Idempotent(operation = "order.delete")
	@DeleteMapping("/orders/{id}")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	public void delete(@PathVariable int id) {
		run("delete");
	}

	@PostMapping("/plain")
	public Created plain(@RequestBody Order order) {
		return new Created(run("plain"), order.item());
	}

	@Idempotent(operation = "status")
	@PostMapping("/status/{status}")
	public ResponseEntity<String> status(@PathVariable int status) {
		return ResponseEntity.status(status).body("run " + run("status"));
	}

	@Idempotent(operation = "thrown")
	@PostMapping("/thrown/{status}")
	public String thrown(@PathVariable int status) {
		run("thrown");
		throw new ResponseStatusException(HttpStatus.valueOf(status), "run " + runs("thrown"));
	}

	@Idempotent(operation = "boom")
	@PostMapping("/boom")
	public String boom() {
		throw new IllegalStateException("boom " + run("boom"));
	}

	@Idempotent(operation = "timeout")
	@PostMapping("/timeout")
	public String timeout() throws TimeoutException {
		run("timeout");
		throw new TimeoutException("nobody knows");
	}

	@Idempotent(operation = "declined", recordFailures = DeclinedException.class)
	@PostMapping("/declined")
	public String declined() {
		run("declined");
		throw new DeclinedException();
	}

	@ExceptionHandler
	public ResponseEntity<String> handle(DeclinedException ex) {
		return ResponseEntity.status(502).header("X-Declined", "yes").body("declined " + runs("declined"));
	}

	@Idempotent(operation = "denied")
	@PreAuthorize("hasRole('ADMIN')")
	@PostMapping("/denied")
	public String denied() {
		return "run " + run("denied");
	}

	@Idempotent(operation = "context")
	@PostMapping("/context")
	public String context() {
		IdempotencyContext context = IdempotencyContext.current().orElseThrow();
		return "%s %d %s".formatted(context.operation(), context.attempt(), context.keyFor("downstream"));
	}

	@Idempotent(operation = "raw")
	@PostMapping("/raw")
	public void raw(HttpServletRequest request, HttpServletResponse response) throws IOException {
		byte[] body = request.getInputStream().readAllBytes();
		response.setStatus(202);
		response.setContentType("application/octet-stream");
		response.getOutputStream().write(body);
		response.getOutputStream().write(run("raw"));
		response.flushBuffer();
	}

	@Idempotent(operation = "echo")
	@RequestMapping(path = "/echo/**",
			method = { RequestMethod.POST, RequestMethod.PUT, RequestMethod.PATCH, RequestMethod.DELETE })
	public String echo(HttpServletRequest request) throws IOException {
		return "%s %d".formatted(new String(request.getInputStream().readAllBytes(), StandardCharsets.UTF_8),
				run("echo"));
	}

	@Idempotent(operation = "chosen", payload = "{#body.amount, #headers['If-Match'], #query['page'], #path}")
	@PostMapping("/chosen/**")
	String chosen(@RequestBody(required = false) String body) {
		return "run " + run("chosen");
	}

	@Idempotent(operation = "chosen.rest", payload = "#body.?[key != 'sentAt' and key != 'page']")
	@PostMapping("/chosen-rest")
	public String chosenRest(HttpServletRequest request) {
		return "run " + run("chosen rest");
	}

	@Idempotent(operation = "writer")
	@PostMapping("/writer")
	public void writer(HttpServletRequest request, HttpServletResponse response) throws IOException {
		response.setContentType("text/plain;charset=UTF-8");
		response.getWriter().print(request.getReader().readLine() + " \u00e4 " + run("writer"));
	}

	@Idempotent(operation = "error")
	@PostMapping("/send-error")
	public void sendError(HttpServletResponse response) throws IOException {
		run("error");
		response.sendError(418, "a teapot");
	}

	@Idempotent(operation = "redirect")
	@PostMapping("/redirect")
	public void redirect(HttpServletResponse response) throws IOException {
		response.sendRedirect("/orders/" + run("redirect"));
	}

	@Idempotent(operation = "form")
	@PostMapping("/form")
	public String form(@RequestParam String name, @RequestParam List<String> tag) {
		return "%s %s %d".formatted(name, tag, run("form"));
	}

	@PostMapping("/plain-form")
	public String plainForm(@RequestParam String name, @RequestParam List<String> tag) {
		return "%s %s ".formatted(name, tag);
	}

	@Idempotent(operation = "upload")
	@PostMapping("/upload")
	public String upload(@RequestParam String title, @RequestParam MultipartFile file) throws IOException {
		return "%s %s %d".formatted(title, new String(file.getBytes(), StandardCharsets.UTF_8), run("upload"));
	}

	@Idempotent(operation = "fragile")
	@PostMapping("/fragile")
	public String fragile(@RequestBody Fragile fragile) {
		return fragile.item() + " " + run("fragile");
	}

	@Retryable(maxRetries = 2, delay = 1)
	@Idempotent(operation = "retried")
	@PostMapping("/retried")
	public String retried() {
		if (run("retried") == 1) {
			throw new IllegalStateException("the first time");
		}
		return "retried";
	}

	@Retryable(maxRetries = 2, delay = 1)
	@Idempotent(operation = "retried.timeout")
	@PostMapping("/retried/timeout")
	public String retriedTimeout() throws TimeoutException {
		run("retried timeout");
		throw new TimeoutException("nobody knows");
	}

	@Idempotent(operation = "writer.failing")
	@PostMapping("/writer/failing")
	public void failingWriter(HttpServletResponse response) throws IOException {
		response.getWriter().print("half of an answer");
		throw new ResponseStatusException(HttpStatus.CONFLICT, "run " + run("failing writer"));
	}

	@Idempotent(operation = "unwritable")
	@PostMapping("/unwritable")
	public Unwritable unwritable() {
		run("unwritable");
		return new Unwritable();
	}

	@Idempotent(operation = "unwritable.later")
	@PostMapping("/async/unwritable")
	public Callable<Unwritable> unwritableLater() {
		return this::unwritableAgain;
	}

	private Unwritable unwritableAgain() {
		run("unwritable later");
		return new Unwritable();
	}

	@Idempotent(operation = "large")
	@PostMapping("/large")
	public String large() {
		return "x".repeat(20_000 + run("large"));
	}

	@Idempotent(operation = "slow")
	@PostMapping("/slow")
	public String slow() throws InterruptedException {
		return slowly("slow");
	}

	@Idempotent(operation = "slow.wait", onInProgress = InProgressPolicy.WAIT)
	@PostMapping("/slow-wait")
	public String slowWait() throws InterruptedException {
		return slowly("slow-wait");
	}

	private String slowly(String name) throws InterruptedException {
		int run = run(name);
		enter();
		awaitOpen();
		return "run " + run;
	}

	@Idempotent(operation = "async.callable")
	@PostMapping("/async/callable")
	public Callable<Created> callable() {
		return () -> new Created(run("callable"), null);
	}

	@Idempotent(operation = "async.deferred")
	@PostMapping("/async/deferred")
	public DeferredResult<Created> deferred() {
		DeferredResult<Created> result = new DeferredResult<>();
		new Thread(() -> result.setResult(new Created(run("deferred"), null))).start();
		return result;
	}

	@Idempotent(operation = "async.future")
	@PostMapping("/async/future")
	public CompletableFuture<ResponseEntity<Created>> future() {
		return CompletableFuture.supplyAsync(() -> ResponseEntity.accepted().body(new Created(run("future"), null)));
	}

	@Idempotent(operation = "async.mono")
	@PostMapping("/async/mono")
	public Mono<Created> mono() {
		return Mono.fromSupplier(() -> new Created(run("mono"), null));
	}

	@Idempotent(operation = "async.failing")
	@PostMapping("/async/failing")
	public Callable<String> failing() {
		return () -> {
			run("failing");
			throw new ResponseStatusException(HttpStatus.CONFLICT);
		};
	}

	@Idempotent(operation = "async.raw")
	@PostMapping("/async/raw")
	public void rawAsync(HttpServletRequest request, HttpServletResponse response) throws IOException {
		run("raw async");
		response.setContentType("text/plain");
		response.getOutputStream().write("first ".getBytes(StandardCharsets.UTF_8));
		AsyncContext context = request.startAsync();
		context.start(() -> {
			try {
				context.getResponse().getOutputStream().write("second".getBytes(StandardCharsets.UTF_8));
			}
			catch (IOException ex) {
				throw new IllegalStateException(ex);
			}
			context.complete();
		});
	}

	/** Its declared type does not say that it is a stream. */
	@Idempotent(operation = "async.events")
	@PostMapping("/async/events")
	public Object events() throws IOException {
		run("events");
		SseEmitter emitter = new SseEmitter();
		emitter.send("one");
		emitter.complete();
		return emitter;
	}

	@Idempotent(operation = "async.never")
	@PostMapping("/async/never")
	public DeferredResult<String> never() {
		run("never");
		return new DeferredResult<>(300L);
	}

}
