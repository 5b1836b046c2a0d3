package io.idempotent.web.servlet;

import java.util.Collections;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.function.Supplier;

import io.idempotent.IdempotencyException;
import io.idempotent.OperationInProgressException;
import io.idempotent.engine.IdempotencyEngine;
import io.idempotent.engine.PayloadDigester;
import io.idempotent.engine.operation.Operation;
import io.idempotent.engine.operation.OperationSpec;
import io.idempotent.store.Fingerprint;
import io.idempotent.web.IdempotencyProblems;
import io.idempotent.web.RecordedResponse;
import io.idempotent.web.request.RequestAttempt;
import io.idempotent.web.request.RequestContent;
import io.idempotent.web.request.RequestInputs;
import io.idempotent.web.request.UserScopes;
import io.idempotent.web.request.WebOperations;
import io.idempotent.web.request.WebSettings;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/**
 * Claims records for requests, by the key in their header. Keys belong to the user who is
 * authenticated: nobody gets the answer of somebody else.
 */
public final class IdempotencyRequests {

	private final Supplier<IdempotencyEngine> engine;

	private final PayloadDigester digester;

	private final WebSettings settings;

	private final UserScopes scopes;

	private final ServletPayload payload;

	/**
	 * Creates the component.
	 * @param engine decides; asked when the first request comes
	 * @param digester makes fingerprints
	 * @param settings how keys are taken from requests
	 * @param scopes says whose keys they are
	 */
	public IdempotencyRequests(Supplier<IdempotencyEngine> engine, PayloadDigester digester, WebSettings settings,
			UserScopes scopes) {
		this.engine = engine;
		this.digester = digester;
		this.scopes = scopes;
		this.settings = settings;
		this.payload = new ServletPayload(settings.maxBodySize());
	}

	/**
	 * Defines an operation whose records are claimed for requests.
	 */
	OperationSpec specOf(OperationSpec declared) {
		this.scopes.warnIfShared();
		return WebOperations.specOf(declared);
	}

	/**
	 * Compares all that a request says.
	 */
	@Nullable Fingerprint fingerprint(RequestContent content) {
		return content.fingerprint(this.digester);
	}

	/**
	 * Claims a record for the request.
	 * @param request the request as the handler gets it
	 * @param operation what the handler does
	 * @param compared makes the fingerprint of what is compared, null if a request with
	 * the same key may be another one
	 * @param recordFailures the failures that are outcomes
	 * @param scope whose key it is, besides that of the user; null if all users share it
	 * on purpose
	 * @return the answer to be replayed, null if the handler is to be called
	 * @throws IdempotencyException if neither is right
	 * @throws BodyTooLargeException if the body cannot be compared
	 */
	@Nullable RecordedResponse begin(HttpServletRequest request, Operation operation,
			@Nullable Function<RequestContent, @Nullable Fingerprint> compared,
			Set<Class<? extends Throwable>> recordFailures, @Nullable Supplier<String> scope) {
		Exchange exchange = Exchange.of(request);
		if (exchange == null) {
			throw new IllegalStateException(
					"%s %s was not guarded by %s: let it pass that filter, and use POST, PUT, PATCH or DELETE"
						.formatted(request.getMethod(), request.getRequestURI(), IdempotencyFilter.class.getName()));
		}
		if (!this.settings.keyRequired() && request.getHeader(this.settings.header()) == null) {
			exchange.state().leaveUnguarded(operation.name());
			return null;
		}
		exchange.state().requireUnclaimed(operation);
		RequestInputs inputs = new RequestInputs(this.settings.header(),
				Collections.list(request.getHeaders(this.settings.header())),
				() -> this.scopes.scopeOf(request.getUserPrincipal(), scope),
				() -> (compared != null) ? compared.apply(this.payload.read(request, exchange.request())) : null);
		RequestAttempt claim = new RequestAttempt(operation, recordFailures, inputs);
		RecordedResponse recorded = decide(claim, inputs);
		if (recorded != null) {
			exchange.replay(recorded);
		}
		else if (claim.take()) {
			exchange.own(claim, this.settings.maxResponseSize());
		}
		return recorded;
	}

	/**
	 * Whether an earlier dispatch of the request has claimed a record of the operation.
	 */
	boolean isClaimed(HttpServletRequest request, Operation operation) {
		Exchange exchange = Exchange.of(request);
		RequestAttempt claim = (exchange != null) ? exchange.claim() : null;
		return claim != null && claim.operation().name().equals(operation.name());
	}

	private @Nullable RecordedResponse decide(RequestAttempt claim, RequestInputs inputs) {
		try {
			return claim.start(this.engine.get()).get();
		}
		catch (ExecutionException ex) {
			throw failure(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			claim.giveUp();
			throw new OperationInProgressException(claim.operation().name(), String.valueOf(inputs.key()),
					"This request was interrupted while it waited.", IdempotencyProblems.RETRY_AFTER);
		}
	}

	/** What the engine refuses with is unchecked. */
	static RuntimeException failure(ExecutionException ex) {
		Throwable cause = ex.getCause();
		if (cause instanceof Error error) {
			throw error;
		}
		return (cause instanceof RuntimeException failure) ? failure : new CompletionException(ex);
	}

}
