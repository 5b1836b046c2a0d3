package io.idempotent.web;

import org.jspecify.annotations.Nullable;

/**
 * An operation that clients run by name through {@code POST /v1/idempotency/execute}.
 * Declare one bean for each.
 *
 * @param <P> the type of the payload
 * @param <R> the type of the result
 */
public interface IdempotentOperationHandler<P, R extends @Nullable Object> {

	/**
	 * The name of the operation, as clients send it. Asked once, at start.
	 * @return 1 to 255 characters, different from those of all others
	 */
	String name();

	/**
	 * What the payload is read as, by the {@code JsonMapper} of the application. A client
	 * that sends no payload sends {@code {}}.
	 * @return the type, whose Bean Validation constraints count as well
	 */
	Class<P> payloadType();

	/**
	 * Does it, at most once for each key. Runs on a thread that may block, with
	 * {@code IdempotencyContext.current()}.
	 * @param payload the payload, read and validated
	 * @return the result, to be written by the {@code JsonMapper} of the application
	 * @throws OperationFailedException if it has failed for good: retries get the same
	 * answer
	 * @throws Exception any other failure: retries run it again, unless it leaves open
	 * what happened
	 */
	R handle(P payload) throws Exception;

}
