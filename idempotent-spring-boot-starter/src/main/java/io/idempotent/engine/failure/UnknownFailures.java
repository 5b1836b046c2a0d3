package io.idempotent.engine.failure;

import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.util.LinkedHashSet;
import java.util.Set;

import org.springframework.transaction.TransactionSystemException;

/**
 * The failures that leave open whether the operation happened.
 *
 * @param types those named by the configuration and the operation, matched through causes
 * @param byDefault whether those that the starter knows to leave it open count as well,
 * among them those of the clients of other systems
 */
public record UnknownFailures(Set<Class<? extends Throwable>> types, boolean byDefault) {

	/** What holds where nothing is configured. */
	public static final UnknownFailures DEFAULT = new UnknownFailures(Set.of(), true);

	public UnknownFailures {
		types = Set.copyOf(types);
	}

	/**
	 * Adds types to these.
	 * @param more the types
	 * @return those named so far and these, by default as before
	 */
	public UnknownFailures and(Set<Class<? extends Throwable>> more) {
		if (more.isEmpty()) {
			return this;
		}
		Set<Class<? extends Throwable>> all = new LinkedHashSet<>(this.types);
		all.addAll(more);
		return new UnknownFailures(all, this.byDefault);
	}

	/**
	 * Whether a failure is one of these, or one of the attempts and requests that it is
	 * about.
	 */
	boolean include(Throwable failure) {
		return FailedAttempts.of(failure).stream().anyMatch(this::leavesOpen);
	}

	private boolean leavesOpen(Throwable attempt) {
		return FailedAttempts.causes(attempt)
			.anyMatch((cause) -> this.types.stream().anyMatch((type) -> isOne(type, cause)))
				|| (this.byDefault && RequestFailures.leaveOpen(FailedAttempts.causes(attempt)));
	}

	/**
	 * A request whose connection was never established was not sent, although its
	 * exception extends that of one that may have been; and a transaction system may have
	 * failed by being told of a rollback.
	 */
	private static boolean isOne(Class<? extends Throwable> type, Throwable failure) {
		return type.isInstance(failure)
				&& !(type == HttpTimeoutException.class && failure instanceof HttpConnectTimeoutException)
				&& !(type == TransactionSystemException.class && CommitFailures.saysRolledBack(failure));
	}

}
