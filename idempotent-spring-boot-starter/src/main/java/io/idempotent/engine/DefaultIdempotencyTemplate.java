package io.idempotent.engine;

import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

import io.idempotent.AbandonedPolicy;
import io.idempotent.IdempotencyScopeResolver;
import io.idempotent.IdempotencyTemplate;
import io.idempotent.Idempotent;
import io.idempotent.IdempotentInvocation;
import io.idempotent.IdempotentResult;
import io.idempotent.InProgressPolicy;
import io.idempotent.ThrowingCallback;
import io.idempotent.TransactionMode;
import io.idempotent.engine.PayloadDigester.Part;
import io.idempotent.engine.claim.Call;
import io.idempotent.engine.operation.CallInputs;
import io.idempotent.engine.operation.Operation;
import io.idempotent.engine.operation.OperationSpec;
import io.idempotent.engine.operation.Operations;
import io.idempotent.store.Fingerprint;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ParameterizedTypeReference;
import org.springframework.util.Assert;

/**
 * The template on top of the engine. Long because it has a setter for each attribute of
 * the annotation.
 */
public final class DefaultIdempotencyTemplate implements IdempotencyTemplate {

	private final OperationExecutor engine;

	private final Operations operations;

	private final PayloadDigester digester;

	private final IdempotencyScopeResolver scopeResolver;

	/**
	 * Creates the template.
	 * @param engine decides
	 * @param operations resolves what a call leaves open
	 * @param digester makes the fingerprint of a payload
	 * @param scopeResolver is asked where a call names no scope
	 */
	public DefaultIdempotencyTemplate(OperationExecutor engine, Operations operations, PayloadDigester digester,
			IdempotencyScopeResolver scopeResolver) {
		this.engine = engine;
		this.operations = operations;
		this.digester = digester;
		this.scopeResolver = scopeResolver;
	}

	@Override
	public Call operation(String name) {
		return new TemplateCall(name);
	}

	private final class TemplateCall implements Call, CallInputs {

		private final String name;

		private @Nullable Object key;

		private @Nullable String scope;

		private @Nullable List<Part> payload;

		private @Nullable Duration ttl;

		private @Nullable Duration lease;

		private InProgressPolicy onInProgress = InProgressPolicy.DEFAULT;

		private @Nullable Duration waitTimeout;

		private AbandonedPolicy onAbandoned = AbandonedPolicy.DEFAULT;

		private Set<Class<? extends Throwable>> recordFailures = Set.of();

		private Set<Class<? extends Throwable>> unknownFailures = Set.of();

		private TransactionMode transaction = TransactionMode.DEFAULT;

		TemplateCall(String name) {
			this.name = name;
		}

		@Override
		public Call key(@Nullable Object key) {
			this.key = key;
			return this;
		}

		@Override
		public Call scope(String scope) {
			this.scope = scope.equals(Idempotent.UNSCOPED) ? "" : scope;
			return this;
		}

		@Override
		public Call payload(@Nullable Object... payload) {
			this.payload = new ArrayList<>();
			for (@Nullable
			Object value : payload) {
				this.payload.add(new Part("payload %s".formatted(this.payload.size() + 1), Object.class, value));
			}
			return this;
		}

		@Override
		public Call ttl(Duration ttl) {
			this.ttl = ttl;
			return this;
		}

		@Override
		public Call lease(Duration lease) {
			this.lease = lease;
			return this;
		}

		@Override
		public Call onInProgress(InProgressPolicy policy) {
			this.onInProgress = policy;
			return this;
		}

		@Override
		public Call waitTimeout(Duration timeout) {
			this.waitTimeout = timeout;
			return this;
		}

		@Override
		public Call onAbandoned(AbandonedPolicy policy) {
			this.onAbandoned = policy;
			return this;
		}

		@Override
		public Call recordFailures(Collection<Class<? extends Throwable>> types) {
			this.recordFailures = Set.copyOf(types);
			return this;
		}

		@Override
		public Call unknownFailures(Collection<Class<? extends Throwable>> types) {
			this.unknownFailures = Set.copyOf(types);
			return this;
		}

		@Override
		public Call transaction(TransactionMode mode) {
			this.transaction = mode;
			return this;
		}

		@Override
		public <T extends @Nullable Object> Executable<T> returning(Class<T> type) {
			return returning((Type) type);
		}

		@Override
		public <T extends @Nullable Object> Executable<T> returning(ParameterizedTypeReference<T> type) {
			return returning(type.getType());
		}

		private <T extends @Nullable Object> Executable<T> returning(Type type) {
			Operation operation = DefaultIdempotencyTemplate.this.operations
				.define(new OperationSpec(this.name, type, this.ttl, this.lease, this.onInProgress, this.waitTimeout,
						this.onAbandoned, this.recordFailures, this.unknownFailures, this.transaction, null,
						(this.payload != null) ? "the payload given to the template" : "nothing"));
			return new Executable<>() {

				@Override
				@SuppressWarnings("unchecked") // what defer returns is what the operation
												// returns
				public <X extends Throwable> T execute(ThrowingCallback<T, X> callback) throws X {
					return !operation.shape().isDeferred() ? executeForResult(callback).value()
							: (T) DefaultIdempotencyTemplate.this.engine.defer(operation, () -> TemplateCall.this,
									callback);
				}

				@Override
				public <X extends Throwable> IdempotentResult<T> executeForResult(ThrowingCallback<T, X> callback)
						throws X {
					Assert.state(!operation.shape().isDeferred(),
							"whether a result is replayed is not known before it comes: use execute(...) for futures and publishers");
					return DefaultIdempotencyTemplate.this.engine.execute(operation, TemplateCall.this, callback);
				}

			};
		}

		@Override
		public String scope() {
			return (this.scope != null) ? this.scope : DefaultIdempotencyTemplate.this.scopeResolver
				.resolveScope(new IdempotentInvocation(this.name, null, null, List.of()));
		}

		@Override
		public @Nullable Object key() {
			return this.key;
		}

		@Override
		public String keySource() {
			return "The template's key(...)";
		}

		@Override
		public @Nullable Fingerprint fingerprint() {
			return (this.payload != null) ? DefaultIdempotencyTemplate.this.digester.digest(this.payload) : null;
		}

	}

}
