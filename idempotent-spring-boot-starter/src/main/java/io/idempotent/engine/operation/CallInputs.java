package io.idempotent.engine.operation;

import io.idempotent.store.Fingerprint;
import org.jspecify.annotations.Nullable;

/**
 * What is computed once per call, before anything runs. Each method is called at most
 * once, in the order scope, key, fingerprint. An {@link IllegalArgumentException} from
 * one becomes the reason of an {@link io.idempotent.InvalidIdempotencyKeyException}; any
 * other exception is thrown to the caller as it is.
 */
public interface CallInputs {

	/**
	 * The scope.
	 * @return the scope, {@code ""} is nobody's
	 */
	String scope();

	/**
	 * The value of the key, to be turned into text by the engine.
	 * @return a simple value, a list or array of such, or null if there is none
	 */
	@Nullable Object key();

	/**
	 * Where the key is looked for, for people.
	 * @return such as {@code expression '#workflowId'}
	 */
	String keySource();

	/**
	 * Stands for the payload.
	 * @return the fingerprint, null if the payload is not checked
	 */
	@Nullable Fingerprint fingerprint();

}
