package io.idempotent.web.execute;

import java.security.Principal;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

import io.idempotent.AbandonedPolicy;
import io.idempotent.IdempotencyException;
import io.idempotent.IdempotencyOutcome;
import io.idempotent.IdempotencyScopeResolver;
import io.idempotent.IdempotentResult;
import io.idempotent.InProgressPolicy;
import io.idempotent.TransactionMode;
import io.idempotent.engine.IdempotencyEngine;
import io.idempotent.engine.PayloadDigester;
import io.idempotent.engine.PayloadDigester.Part;
import io.idempotent.engine.claim.Attempt;
import io.idempotent.engine.operation.Operation;
import io.idempotent.engine.operation.OperationSpec;
import io.idempotent.engine.operation.Operations;
import io.idempotent.store.Fingerprint;
import io.idempotent.web.IdempotencyProblems;
import io.idempotent.web.RecordedResponse;
import io.idempotent.web.request.RequestAttempt;
import io.idempotent.web.request.RequestContent;
import io.idempotent.web.request.UserScopes;
import io.idempotent.web.request.WebOperations;
import io.idempotent.web.request.WebSettings;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;

/**
 * Runs operations that clients name in their requests, at most once for each key: all of
 * it but reading requests and writing answers, for which each kind of web application has
 * its own routes.
 * <p>
 * One user's key belongs to one request, whatever its operation: all are records of one
 * operation of the engine, and the operation that is asked for is a part of the payload.
 */
public final class ExecuteApi {

	/** The operation of all records. */
	public static final String OPERATION = "idempotency.execute";

	private static final Logger logger = LoggerFactory.getLogger(ExecuteApi.class);

	private final ExecuteOperations operations;

	private final IdempotencyEngine engine;

	private final Operation operation;

	private final PayloadDigester digester;

	private final WebSettings settings;

	private final UserScopes scopes;

	private final IdempotencyScopeResolver scopeResolver;

	/**
	 * Creates the component.
	 * @param operations what clients may run
	 * @param engine decides
	 * @param definitions where the operation of all records is defined
	 * @param digester makes fingerprints
	 * @param settings how keys are taken from requests
	 * @param scopes says whose keys they are
	 * @param scopeResolver says the same, besides the user
	 */
	public ExecuteApi(ExecuteOperations operations, IdempotencyEngine engine, Operations definitions,
			PayloadDigester digester, WebSettings settings, UserScopes scopes, IdempotencyScopeResolver scopeResolver) {
		this.operations = operations;
		this.engine = engine;
		this.digester = digester;
		this.settings = settings;
		this.scopes = scopes;
		this.scopeResolver = scopeResolver;
		this.operation = definitions.define(new OperationSpec(OPERATION, RecordedResponse.class, null, null,
				InProgressPolicy.DEFAULT, null, AbandonedPolicy.DEFAULT, Set.of(), Set.of(),
				TransactionMode.INDEPENDENT, null, "the operation and its payload"));
		scopes.warnIfShared();
	}

	String header() {
		return this.settings.header();
	}

	/**
	 * How many bytes of a body are read at most.
	 */
	int maxBodySize() {
		return Math.toIntExact(this.settings.maxBodySize());
	}

	/**
	 * Refuses requests whose body need not be looked at.
	 * @return null if it has to be
	 */
	@Nullable ResponseEntity<byte[]> refuse(HttpMethod method, @Nullable String contentType) {
		if (!method.equals(HttpMethod.POST)) {
			return ExecuteAnswers.error(ResponseEntity.status(405).allow(HttpMethod.POST), "METHOD_NOT_ALLOWED",
					"Operations are executed with POST.");
		}
		if (!MediaType.APPLICATION_JSON.equalsTypeAndSubtype(RequestContent.typeOf(contentType))) {
			return ExecuteAnswers.error(415, "UNSUPPORTED_MEDIA_TYPE",
					"The body of the request is JSON: its Content-Type is application/json.");
		}
		return null;
	}

	ResponseEntity<byte[]> bodyTooLarge() {
		return ExecuteAnswers.error(413, "BODY_TOO_LARGE",
				"The body of the request has more than %s bytes. Nothing was run.".formatted(maxBodySize()));
	}

	/**
	 * Answers a request. Waits for the store, and for the operation if that is run.
	 * @param header the values of the header that carries the key
	 * @param user who is authenticated, null if nobody is
	 * @param body the body
	 */
	ResponseEntity<byte[]> answer(List<String> header, @Nullable Principal user, byte[] body) {
		ExecuteInputs inputs = new ExecuteInputs(this, header, user, body);
		try {
			return answer(inputs);
		}
		catch (ExecuteRefusedException ex) {
			return ex.answer();
		}
		catch (Throwable ex) {
			// of whatever kind: this is the end of the request
			return answerOf(ex, inputs);
		}
	}

	private ResponseEntity<byte[]> answer(ExecuteInputs inputs) throws Throwable {
		CompletableFuture<Object> admitted = this.engine.admit(this.operation, inputs);
		Object decision;
		try {
			decision = admitted.get();
		}
		catch (ExecutionException ex) {
			throw ex.getCause();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			RequestAttempt.giveUp(admitted);
			return ExecuteAnswers.processing(IdempotencyProblems.RETRY_AFTER);
		}
		if (decision instanceof Attempt attempt) {
			try {
				return new ExecuteRun(this.operations, this.operation, attempt).run(inputs.command(),
						this.operations.find(inputs.command()));
			}
			catch (Throwable ex) {
				// nothing, if it has ended; else what the operation has done is not known
				var unused = attempt.abandon(ex);
				throw ex;
			}
		}
		return (((IdempotentResult<?>) decision).value() instanceof RecordedResponse recorded)
				? ExecuteAnswers.of(recorded, true) : ExecuteAnswers.unavailable("The operation");
	}

	private ResponseEntity<byte[]> answerOf(Throwable failure, ExecuteInputs inputs) {
		if (!(failure instanceof IdempotencyException refusal)) {
			logger.error("A request to execute an operation could not be answered", failure);
			return ExecuteAnswers.failed();
		}
		if (refusal.outcome() == IdempotencyOutcome.KEY_MISSING) {
			return ExecuteAnswers.error(400, "IDEMPOTENCY_KEY_MISSING",
					"The header '%s' is missing or empty. Send a key that is new for each request, and the same for its retries."
						.formatted(header()));
		}
		if (refusal.outcome() == IdempotencyOutcome.KEY_INVALID) {
			return ExecuteAnswers.error(400, "IDEMPOTENCY_KEY_INVALID", inputs.complaint());
		}
		return ExecuteAnswers.refused(refusal, false);
	}

	/**
	 * The scope of a key.
	 * @throws IllegalArgumentException if it is nobody's
	 */
	String scopeOf(@Nullable Principal user) {
		return this.scopes.scopeOf(user, () -> WebOperations.scopeOf(this.operation, this.scopeResolver));
	}

	/**
	 * Whether a request is refused because it has no user.
	 */
	boolean needsUser(@Nullable Principal user) {
		return this.scopes.isRefused(user);
	}

	/**
	 * Stands for what a client asks for.
	 * @throws ExecuteRefusedException if that cannot be done
	 */
	Fingerprint fingerprintOf(ExecuteCommand command) {
		this.operations.find(command);
		try {
			return this.digester.digest(List.of(new Part("the operation", String.class, command.operation()),
					new Part("the payload", Object.class, command.payload())));
		}
		catch (IllegalArgumentException ex) {
			throw ExecuteRefusedException.invalid("The payload is too deep or too large to be compared.");
		}
	}

}
