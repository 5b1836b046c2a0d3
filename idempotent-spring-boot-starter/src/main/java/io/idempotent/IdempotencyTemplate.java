package io.idempotent;

import java.time.Duration;
import java.util.Collection;

import org.jspecify.annotations.Nullable;

import org.springframework.core.ParameterizedTypeReference;

/**
 * Runs a piece of code at most once per (scope, operation, key), with the settings and
 * promises of {@link Idempotent}, without a proxy: <pre class="code">
 * Receipt receipt = template.operation("contract.submit").key(workflowId).payload(command)
 *     .returning(Receipt.class).execute(() -&gt; chain.submit(command));
 * </pre>
 */
public interface IdempotencyTemplate {

	/**
	 * Starts the description of a call.
	 * @param name the name of what is done, such as {@code contract.submit}
	 * @return the call, to be completed with a key and a return type
	 */
	Call operation(String name);

	/**
	 * One call: what is not given is as configured under {@code idempotent.*}. Not
	 * thread-safe, not to be reused.
	 */
	interface Call {

		/**
		 * Sets the key: which one of the operations this is. A list is a composite key, a
		 * set counts in any order.
		 * @param key the key; null, empty, blank, and what has no text that is the same
		 * in every JVM are refused on execution
		 * @return this call
		 */
		Call key(@Nullable Object key);

		/**
		 * Sets the scope: whose key it is. By default the
		 * {@link IdempotencyScopeResolver} bean is asked; the user of a request is not
		 * known here.
		 * @param scope the scope; {@link Idempotent#UNSCOPED} and {@code ""} are nobody's
		 * @return this call
		 */
		Call scope(String scope);

		/**
		 * Sets what must be equal for a call to be a retry of the same request. By
		 * default nothing is compared.
		 * @param payload the values
		 * @return this call
		 */
		Call payload(@Nullable Object... payload);

		/**
		 * Sets how long the outcome is kept, from its completion.
		 * @param ttl more than zero
		 * @return this call
		 */
		Call ttl(Duration ttl);

		/**
		 * Sets how long the owner may stay silent before its attempt counts as abandoned.
		 * @param lease at least 10 milliseconds
		 * @return this call
		 */
		Call lease(Duration lease);

		/**
		 * Sets what a duplicate does while the first attempt is in progress.
		 * @param policy the policy
		 * @return this call
		 */
		Call onInProgress(InProgressPolicy policy);

		/**
		 * Sets how long a duplicate waits at most under {@link InProgressPolicy#WAIT}.
		 * @param timeout more than zero
		 * @return this call
		 */
		Call waitTimeout(Duration timeout);

		/**
		 * Sets what happens to a record whose outcome nobody knows.
		 * @param policy the policy
		 * @return this call
		 */
		Call onAbandoned(AbandonedPolicy policy);

		/**
		 * Sets the exception types that are a final outcome.
		 * @param types exception types, subtypes included
		 * @return this call
		 */
		Call recordFailures(Collection<Class<? extends Throwable>> types);

		/**
		 * Adds exception types after which nobody knows whether the operation happened.
		 * @param types exception types, subtypes included, matched through causes
		 * @return this call
		 */
		Call unknownFailures(Collection<Class<? extends Throwable>> types);

		/**
		 * Sets how the record, and the code, relate to the transaction of the caller.
		 * @param mode the mode
		 * @return this call
		 */
		Call transaction(TransactionMode mode);

		/**
		 * Sets the type of the result.
		 * @param <T> the type
		 * @param type the type; {@code Void.class} for none
		 * @return the executable call
		 */
		<T extends @Nullable Object> Executable<T> returning(Class<T> type);

		/**
		 * Sets the type of the result with its type arguments.
		 * @param <T> the type
		 * @param type the type
		 * @return the executable call
		 */
		<T extends @Nullable Object> Executable<T> returning(ParameterizedTypeReference<T> type);

	}

	/**
	 * A call that knows the type of its result.
	 *
	 * @param <T> the type of the result
	 */
	interface Executable<T extends @Nullable Object> {

		/**
		 * Runs the code, or answers from the record.
		 * @param <X> the type of what the code may throw
		 * @param callback the code
		 * @return its result, or the recorded one
		 * @throws X what the code throws, or the recorded failure
		 * @throws IdempotencyException if it neither ran nor could be answered
		 */
		default <X extends Throwable> T execute(ThrowingCallback<T, X> callback) throws X {
			return executeForResult(callback).value();
		}

		/**
		 * Runs the code, or answers from the record, and says which.
		 * @param <X> the type of what the code may throw
		 * @param callback the code
		 * @return its result, or the recorded one
		 * @throws X what the code throws, or the recorded failure
		 * @throws IdempotencyException if it neither ran nor could be answered
		 */
		<X extends Throwable> IdempotentResult<T> executeForResult(ThrowingCallback<T, X> callback) throws X;

	}

}
