package io.idempotent.web.request;

import io.idempotent.IdempotencyException;
import io.idempotent.engine.operation.Operation;
import org.jspecify.annotations.Nullable;

/**
 * What a request has that its handler needs to run: a claim, or leave to do without.
 */
public final class RequestState {

	private volatile @Nullable RequestAttempt claim;

	private volatile @Nullable String unguarded;

	private volatile @Nullable IdempotencyException refusal;

	/**
	 * The handler is to be called under the claim.
	 */
	public void own(RequestAttempt claim) {
		this.claim = claim;
	}

	/**
	 * The handler may be called without a key.
	 */
	public void leaveUnguarded(String operation) {
		this.unguarded = operation;
	}

	/**
	 * The handler is to fail with a refusal as if it were its own.
	 */
	public void refuse(IdempotencyException refusal) {
		this.refusal = refusal;
	}

	/**
	 * What is claimed for the request.
	 * @return null if it is not
	 */
	public @Nullable RequestAttempt claim() {
		return this.claim;
	}

	/**
	 * Refuses to claim a second record.
	 */
	public void requireUnclaimed(Operation operation) {
		RequestAttempt claim = this.claim;
		if (claim != null) {
			throw new IllegalStateException(
					"A request is guarded as operation '%s' and again as '%s': guard the outer or the inner route, not both"
						.formatted(claim.operation().name(), operation.name()));
		}
	}

	/**
	 * What a handler is to be called under.
	 * @param state that of the present request, null if there is none
	 * @return null if it may be called without
	 * @throws io.idempotent.MissingIdempotencyKeyException if it must not be called
	 */
	public static @Nullable RequestAttempt require(@Nullable RequestState state, Operation operation) {
		if (state != null && operation.name().equals(state.unguarded)) {
			return null;
		}
		if (state != null && state.refusal != null) {
			throw state.refusal;
		}
		RequestAttempt claim = (state != null) ? state.claim : null;
		if (claim == null || !claim.operation().name().equals(operation.name())) {
			throw HandlerDeclarations.noRequest(operation);
		}
		return claim;
	}

}
