package io.idempotent.engine.outcome;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.idempotent.RecordedFailureException;
import io.idempotent.ResultCodec;
import io.idempotent.ResultUnavailableException;
import io.idempotent.engine.operation.Operation;
import io.idempotent.engine.outcome.FailureCodec.RecordedFailure;
import io.idempotent.store.ClaimResult.Finished;
import io.idempotent.store.RecordKey;
import io.idempotent.store.StoredOutcome;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.util.unit.DataSize;

/**
 * Outcomes to bytes and back. A result that cannot be encoded is an outcome too: the
 * operation has finished, and only its result is unavailable.
 */
public final class Outcomes {

	private static final Logger logger = LoggerFactory.getLogger(Outcomes.class);

	/** The format of an outcome whose body is the reason why there is no result. */
	private static final String UNAVAILABLE = "unavailable";

	/** In place of the type of a failure that nobody can read; no class is named so. */
	private static final String UNREADABLE = "(unreadable)";

	/** Types of failures that are remembered as read back. */
	private static final int MAX_READ_BACK = 1_000;

	private final Set<String> readBack = ConcurrentHashMap.newKeySet();

	private final ResultCodec results;

	private final FailureCodec failures;

	private final long maxSize;

	public Outcomes(ResultCodec results, FailureCodec failures, long maxSize) {
		this.results = results;
		this.failures = failures;
		this.maxSize = maxSize;
	}

	public StoredOutcome ofResult(Operation operation, @Nullable Object result) {
		if (result instanceof UnavailableResult unavailable) {
			return unavailable(unavailable.reason());
		}
		byte[] body;
		try {
			body = this.results.encode(result, operation.resultType());
		}
		catch (ReadBackException ex) {
			logger.error(
					"The result of operation '{}' would not replay as it was: {}. Duplicates will not get it: return a record of your own, or provide a {} bean",
					operation.name(), ex.getMessage(), ResultCodec.class.getSimpleName(), ex.getCause());
			return unavailable(
					"It would not come back as it was returned: the log of the node that executed it says what differs.");
		}
		catch (Throwable ex) {
			// whatever it is: the method has returned
			logger.error("The result of operation '{}' could not be encoded: duplicates will not get it",
					operation.name(), ex);
			return unavailable("It could not be encoded (%s): return a type that has a JSON form, or provide a %s bean."
				.formatted(ex.getClass().getName(), ResultCodec.class.getSimpleName()));
		}
		if (body.length > this.maxSize) {
			logger.error(
					"The result of operation '{}' has {} bytes, more than idempotent.max-result-size ({}): "
							+ "duplicates will not get it",
					operation.name(), body.length, DataSize.ofBytes(this.maxSize));
			return unavailable("It has %s bytes, more than idempotent.max-result-size (%s): return less, or raise it."
				.formatted(body.length, DataSize.ofBytes(this.maxSize)));
		}
		return new StoredOutcome(false, this.results.format(), body);
	}

	public StoredOutcome ofFailure(Operation operation, Throwable failure) {
		try {
			byte[] body = this.failures.encode(failure);
			readBack(operation, failure, body);
			return new StoredOutcome(true, this.failures.format(), body);
		}
		catch (Throwable ex) {
			// whatever it is: the operation has failed for good
			logger.error("The failure of operation '{}' could not be encoded: duplicates will not get it",
					operation.name(), ex);
			return new StoredOutcome(true, UNAVAILABLE, null);
		}
	}

	/**
	 * Says once what duplicates get instead of the failure, if that is another one.
	 */
	private void readBack(Operation operation, Throwable failure, byte[] body) {
		Class<?> type = failure.getClass();
		boolean listed = operation.recordFailures().stream().anyMatch((candidate) -> candidate.isInstance(failure));
		if (!listed || this.readBack.size() >= MAX_READ_BACK
				|| !this.readBack.add(operation.name() + '/' + type.getName())) {
			return;
		}
		try {
			warnOfDifference(operation, failure,
					FailureRebuilder.rebuild(this.failures.decode(body), operation.recordFailures()));
		}
		catch (Throwable ex) {
			// whatever it is: the failure has been encoded, and is to be recorded
			logger.debug("A failure of operation '{}' could not be read back", operation.name(), ex);
		}
	}

	private static void warnOfDifference(Operation operation, Throwable failure, @Nullable Throwable rebuilt) {
		String type = failure.getClass().getName();
		if (rebuilt == null) {
			logger.warn(
					"Operation '{}' failed with {}, which cannot be made again: duplicates get a RecordedFailureException with its message. Give it a constructor (String) that keeps the message as it is, or expect RecordedFailureException",
					operation.name(), type);
			return;
		}
		List<String> lost = FailureRebuilder.lostFields(failure, rebuilt);
		if (!lost.isEmpty()) {
			logger.warn(
					"Operation '{}' failed with {}, which duplicates get without what it has in {}: put what callers need into its message, or return it as a result",
					operation.name(), type, lost);
		}
	}

	private static StoredOutcome unavailable(String reason) {
		return new StoredOutcome(false, UNAVAILABLE, reason.getBytes(StandardCharsets.UTF_8));
	}

	public @Nullable Object toResult(Operation operation, RecordKey key, StoredOutcome outcome) {
		byte[] body = (outcome.body() != null) ? outcome.body() : new byte[0];
		if (outcome.format().equals(UNAVAILABLE)) {
			throw new ResultUnavailableException(operation.name(), key.key(), new String(body, StandardCharsets.UTF_8),
					null);
		}
		if (!outcome.format().equals(this.results.format())) {
			throw new ResultUnavailableException(operation.name(), key.key(),
					"It was stored as '%s', but this application reads '%s'.".formatted(outcome.format(),
							this.results.format()),
					null);
		}
		try {
			return this.results.decode(body, operation.resultType());
		}
		catch (Exception | StackOverflowError | LinkageError ex) {
			throw new ResultUnavailableException(operation.name(), key.key(),
					"It cannot be read as %s: was the return type changed since?"
						.formatted(operation.resultType().getTypeName()),
					ex);
		}
	}

	public static boolean isResult(StoredOutcome outcome) {
		return !outcome.failure() && !outcome.format().equals(UNAVAILABLE);
	}

	/**
	 * Makes an outcome ready to answer duplicates: a value that may be shared is decoded
	 * now, any other for each of them.
	 */
	public Replayable toReplayable(Operation operation, RecordKey key, Finished finished) {
		if (operation.shareable() && isResult(finished.outcome())) {
			try {
				return new Replayable(finished, toResult(operation, key, finished.outcome()), true);
			}
			catch (ResultUnavailableException ex) {
				// said to each caller
				return new Replayable(finished, null, false);
			}
		}
		return new Replayable(finished, null, false);
	}

	public Throwable toFailure(Operation operation, RecordKey key, StoredOutcome outcome) {
		RecordedFailure failure = read(outcome);
		Throwable rebuilt = FailureRebuilder.rebuild(failure, operation.recordFailures());
		return (rebuilt != null) ? rebuilt : new RecordedFailureException(operation.name(), key.key(), failure.type(),
				failure.message(), failure.cause());
	}

	private RecordedFailure read(StoredOutcome outcome) {
		if (!outcome.format().equals(this.failures.format()) || outcome.body() == null) {
			return new RecordedFailure(UNREADABLE, "it was stored as '%s', but this application reads '%s'"
				.formatted(outcome.format(), this.failures.format()), null);
		}
		try {
			return this.failures.decode(outcome.body());
		}
		catch (Exception | StackOverflowError | LinkageError ex) {
			return new RecordedFailure(UNREADABLE, "what was stored is no failure", ex.toString());
		}
	}

}
