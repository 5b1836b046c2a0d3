package io.idempotent.web;

import java.util.Collections;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import io.idempotent.IdempotencyException;
import io.idempotent.ThrowingCallback;
import io.idempotent.engine.CallInputs;
import io.idempotent.engine.IdempotencyEngine;
import io.idempotent.engine.Operation;
import io.idempotent.engine.OperationSpec;
import io.idempotent.engine.PayloadDigester;
import io.idempotent.store.Fingerprint;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/**
 * Claims records for requests, by the key in their header. Keys belong to the user who is
 * authenticated: nobody gets the answer of somebody else.
 */
public final class IdempotencyRequests {

	private final Supplier<IdempotencyEngine> engine;

	private final WebSettings settings;

	private final UserScopes scopes;

	private final RequestPayload payload;

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
		this.scopes = scopes;
		this.settings = settings;
		this.payload = new RequestPayload(digester, settings.maxBodySize());
	}

	/**
	 * Defines an operation whose records are claimed for requests.
	 */
	OperationSpec specOf(OperationSpec declared) {
		this.scopes.warnIfShared();
		return WebOperations.specOf(declared);
	}

	/**
	 * Claims a record for the request.
	 * @param request the request as the handler gets it
	 * @param operation what the handler does
	 * @param unchecked whether a request with the same key may be another one
	 * @param recordFailures the failures that are outcomes
	 * @param scope whose key it is, besides that of the user
	 * @return the answer to be replayed, null if the handler is to be called
	 * @throws IdempotencyException if neither is right
	 * @throws BodyTooLargeException if the body cannot be compared
	 */
	@Nullable RecordedResponse begin(HttpServletRequest request, Operation operation, boolean unchecked,
			Set<Class<? extends Throwable>> recordFailures, Supplier<String> scope) {
		Exchange exchange = Exchange.of(request);
		if (exchange == null) {
			throw new IllegalStateException(
					"%s %s was not guarded by %s: let it pass that filter, and use POST, PUT, PATCH or DELETE"
						.formatted(request.getMethod(), request.getRequestURI(), IdempotencyFilter.class.getName()));
		}
		if (!this.settings.keyRequired() && request.getHeader(this.settings.header()) == null) {
			exchange.leaveUnguarded(operation.name());
			return null;
		}
		Inputs inputs = new Inputs(request, exchange.request(), unchecked, scope);
		RequestClaim claim = new RequestClaim(operation, recordFailures);
		RecordedResponse recorded = claim.await(start(operation, inputs, claim), inputs);
		if (recorded == null) {
			exchange.own(claim, this.settings.maxResponseSize());
		}
		return recorded;
	}

	private CompletableFuture<?> start(Operation operation, CallInputs inputs, RequestClaim claim) {
		ThrowingCallback<CompletableFuture<Object>, RuntimeException> handler = claim::own;
		return (CompletableFuture<?>) this.engine.get().defer(operation, () -> inputs, handler);
	}

	/**
	 * What tells one request from another.
	 */
	private final class Inputs implements CallInputs {

		private final HttpServletRequest request;

		private final BufferedRequest buffered;

		private final boolean unchecked;

		private final Supplier<String> scope;

		private Inputs(HttpServletRequest request, BufferedRequest buffered, boolean unchecked,
				Supplier<String> scope) {
			this.request = request;
			this.buffered = buffered;
			this.unchecked = unchecked;
			this.scope = scope;
		}

		@Override
		public String scope() {
			if (key() == null) {
				// is refused for that
				return "";
			}
			return IdempotencyRequests.this.scopes.scopeOf(this.request.getUserPrincipal(), this.scope);
		}

		@Override
		public @Nullable String key() {
			return KeyHeader
				.read(Collections.list(this.request.getHeaders(IdempotencyRequests.this.settings.header())));
		}

		@Override
		public String keySource() {
			return "header '%s'".formatted(IdempotencyRequests.this.settings.header());
		}

		@Override
		public @Nullable Fingerprint fingerprint() {
			return this.unchecked ? null : IdempotencyRequests.this.payload.fingerprintOf(this.request, this.buffered);
		}

		/** The key, for a refusal. */
		@Override
		public String toString() {
			return String.valueOf(key());
		}

	}

}
