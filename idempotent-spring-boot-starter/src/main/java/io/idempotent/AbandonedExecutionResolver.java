package io.idempotent;

/**
 * Finds out what became of an attempt whose outcome nobody knows, usually by asking the
 * system that the method talks to.
 * <p>
 * Asked when a duplicate meets an abandoned record, by one caller at a time per record,
 * before the {@link AbandonedPolicy} applies. The first bean that supports the operation
 * is asked. An exception from it means {@link Resolution#unknown()}. Its answer must be
 * true: {@link Resolution#notExecuted()} of an operation that has happened runs it twice.
 */
public interface AbandonedExecutionResolver {

	/**
	 * Whether this resolver knows the operation.
	 * @param operation the name of the operation
	 * @return whether to ask it
	 */
	boolean supports(String operation);

	/**
	 * Finds out what became of the attempt.
	 * @param attempt the abandoned attempt
	 * @return what is known
	 */
	Resolution resolve(AbandonedAttempt attempt);

}
