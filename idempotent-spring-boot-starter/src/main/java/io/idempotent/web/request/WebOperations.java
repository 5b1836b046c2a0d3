package io.idempotent.web.request;

import java.util.List;
import java.util.Set;

import io.idempotent.AbandonedPolicy;
import io.idempotent.IdempotencyScopeResolver;
import io.idempotent.IdempotentInvocation;
import io.idempotent.InProgressPolicy;
import io.idempotent.TransactionMode;
import io.idempotent.engine.operation.Operation;
import io.idempotent.engine.operation.OperationSpec;
import io.idempotent.web.RecordedResponse;

/**
 * Operations whose results are answers to requests.
 */
public final class WebOperations {

	private WebOperations() {
	}

	/**
	 * The operation of the requests that a method handles: its failures become answers,
	 * and no transaction is open while these are recorded.
	 */
	public static OperationSpec specOf(OperationSpec declared) {
		return new OperationSpec(declared.name(), RecordedResponse.class, declared.ttl(), declared.lease(),
				declared.onInProgress(), declared.waitTimeout(), declared.onAbandoned(), Set.of(),
				declared.unknownFailures(), TransactionMode.INDEPENDENT, null, declared.compared());
	}

	/**
	 * An operation with the settings of the application.
	 */
	public static OperationSpec named(String name) {
		return new OperationSpec(name, RecordedResponse.class, null, null, InProgressPolicy.DEFAULT, null,
				AbandonedPolicy.DEFAULT, Set.of(), Set.of(), TransactionMode.INDEPENDENT, null, "the request");
	}

	/**
	 * Whose a key is, besides that of the user, where there is no annotated method.
	 */
	public static String scopeOf(Operation operation, IdempotencyScopeResolver resolver) {
		String scope = resolver.resolveScope(new IdempotentInvocation(operation.name(), null, null, List.of()));
		if (scope == null) {
			throw new IllegalArgumentException("the IdempotencyScopeResolver gave no scope (null)");
		}
		return scope;
	}

}
