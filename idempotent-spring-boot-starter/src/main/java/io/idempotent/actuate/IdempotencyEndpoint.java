package io.idempotent.actuate;

import java.time.Instant;

import io.idempotent.IdempotencyRecord;
import io.idempotent.IdempotencyRecord.State;
import io.idempotent.IdempotencySettlement;
import io.idempotent.IdempotencySettlement.Answer;
import io.idempotent.actuate.IdempotencyOverview.AbandonedView;
import io.idempotent.actuate.IdempotencyOverview.Defaults;
import io.idempotent.engine.operation.EngineSettings;
import io.idempotent.engine.operation.Operations;
import io.idempotent.store.IdempotencyStore;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

/**
 * Shows where records are, what guards the application and which attempts nobody knows
 * the outcome of; and decides one of those, or forgets a finished record.
 * <p>
 * Keys are masked: whoever decides names the key, from the report of the one who sent it,
 * and the fencing token that was seen. Results and failures cannot be handed in over
 * HTTP, where nothing proves their type: {@link IdempotencySettlement} takes them in
 * code.
 */
@Endpoint(id = "idempotency")
public final class IdempotencyEndpoint {

	private static final int MAX_ABANDONED = 100;

	private final IdempotencyStore store;

	private final EngineSettings settings;

	private final Operations operations;

	private final IdempotencySettlement settlement;

	/**
	 * Creates the endpoint.
	 * @param store is described and counted
	 * @param settings are shown
	 * @param operations are listed
	 * @param settlement finds and decides
	 */
	public IdempotencyEndpoint(IdempotencyStore store, EngineSettings settings, Operations operations,
			IdempotencySettlement settlement) {
		this.store = store;
		this.settings = settings;
		this.operations = operations;
		this.settlement = settlement;
	}

	/**
	 * Shows one record if operation and key are given, else the whole.
	 * @param operation the name of the operation
	 * @param key the key
	 * @param scope the scope, nobody's by default
	 * @return what there is, null if there is no such record
	 */
	@ReadOperation
	public @Nullable Object read(@Nullable String operation, @Nullable String key, @Nullable String scope) {
		if (operation == null && key == null && scope == null) {
			return overview();
		}
		IdempotencyRecord record = find(operation, key, scope);
		return (record != null) ? RecordView.of(record) : null;
	}

	/**
	 * Decides an abandoned attempt, or forgets a finished or released record, if it still
	 * is as it was seen.
	 * @param operation the name of the operation
	 * @param key the key
	 * @param scope the scope, nobody's by default
	 * @param fencingToken the fencing token that was seen
	 * @param decision what to do
	 * @return whether it was done
	 */
	@WriteOperation
	public Settled settle(String operation, String key, @Nullable String scope, long fencingToken, Decision decision) {
		IdempotencyRecord record = find(operation, key, scope);
		if (record == null || record.fencingToken() != fencingToken || !decision.appliesTo(record.state())) {
			return new Settled(Answer.CHANGED);
		}
		return new Settled(decide(record, decision));
	}

	private Answer decide(IdempotencyRecord record, Decision decision) {
		return (decision == Decision.RETRY) ? this.settlement.settleRetry(record.toAttempt())
				: this.settlement.forget(record);
	}

	private IdempotencyOverview overview() {
		return new IdempotencyOverview(this.store.describe(), Defaults.of(this.settings), this.operations.names(),
				this.store.countAbandoned(),
				this.settlement.findAbandoned(MAX_ABANDONED).stream().map(AbandonedView::of).toList());
	}

	private @Nullable IdempotencyRecord find(@Nullable String operation, @Nullable String key, @Nullable String scope) {
		if (operation == null || key == null) {
			throw new InvalidEndpointRequestException("Both 'operation' and 'key' are needed to find a record",
					"Both 'operation' and 'key' are needed");
		}
		return this.settlement.find((scope != null) ? scope : "", operation, key).orElse(null);
	}

	/** What an operator may decide over HTTP. */
	public enum Decision {

		/** Lets the next caller run an abandoned operation again. */
		RETRY,

		/** Deletes a finished or released record: the next call is a first one. */
		FORGET;

		boolean appliesTo(State state) {
			return switch (state) {
				case ABANDONED -> this == RETRY;
				case COMPLETED, FAILED, RELEASED -> this == FORGET;
				case IN_PROGRESS -> false;
			};
		}

	}

	/**
	 * One record.
	 *
	 * @param state its state
	 * @param attempt the number of its last attempt
	 * @param fencingToken names that attempt in a decision
	 * @param claimedAt when it was claimed
	 * @param leaseUntil until when its owner may stay silent
	 * @param completedAt when the outcome was recorded
	 * @param expiresAt when the record may go
	 */
	public record RecordView(State state, long attempt, long fencingToken, Instant claimedAt,
			@Nullable Instant leaseUntil, @Nullable Instant completedAt, Instant expiresAt) {

		static RecordView of(IdempotencyRecord record) {
			return new RecordView(record.state(), record.attempt(), record.fencingToken(), record.claimedAt(),
					record.leaseUntil(), record.completedAt(), record.expiresAt());
		}

	}

	/**
	 * What became of a decision.
	 *
	 * @param answer whether it was applied
	 */
	public record Settled(Answer answer) {

	}

}
