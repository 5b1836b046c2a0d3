package io.idempotent.web;

import java.security.Principal;
import java.util.Collections;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Claims records for requests, by the key in their header. Keys belong to the user who is
 * authenticated: nobody gets the answer of somebody else.
 */
public final class IdempotencyRequests {

	private static final Logger logger = LoggerFactory.getLogger(IdempotencyRequests.class);

	private final AtomicBoolean warned = new AtomicBoolean();

	private final Supplier<IdempotencyEngine> engine;

	private final WebSettings settings;

	private final RequestPayload payload;

	/**
	 * Creates the component.
	 * @param engine decides; asked when the first request comes
	 * @param digester makes fingerprints
	 * @param settings how keys are taken from requests
	 */
	public IdempotencyRequests(Supplier<IdempotencyEngine> engine, PayloadDigester digester, WebSettings settings) {
		this.engine = engine;
		this.settings = settings;
		this.payload = new RequestPayload(digester, settings.maxBodySize());
	}

	/**
	 * Defines an operation whose records are claimed for requests.
	 */
	OperationSpec specOf(OperationSpec declared) {
		if (this.settings.sharedByDefault() && this.warned.compareAndSet(false, true)) {
			logger
				.warn("Keys in the header {} are shared by all clients, because there is no Spring Security to tell one user from another: "
						+ "whoever knows a key and the request gets its answer. Authenticate users, or set idempotent.web.anonymous to shared if that is right.",
						this.settings.header());
		}
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
			Principal user = this.request.getUserPrincipal();
			if (user != null) {
				String name = String.valueOf(user.getName());
				return "user:%d:%s%s".formatted(name.length(), name, this.scope.get());
			}
			if (!IdempotencyRequests.this.settings.anonymousShared()) {
				throw new IllegalArgumentException("the request has no authenticated user whose key it could be: "
						+ "authenticate, or let them share their keys (idempotent.web.anonymous=shared)");
			}
			return "anonymous:" + this.scope.get();
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
