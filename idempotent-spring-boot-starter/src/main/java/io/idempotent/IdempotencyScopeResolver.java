package io.idempotent;

/**
 * Says whose key it is when an operation does not say so itself: equal keys of different
 * scopes are different records and never see each other's results. Where the record is
 * that of a user, the scope is added to the user.
 * <p>
 * Declare one as a bean, for instance to return the current tenant. An exception from it
 * is thrown to the caller and the method does not run.
 */
@FunctionalInterface
public interface IdempotencyScopeResolver {

	/**
	 * Returns the scope of a call.
	 * @param invocation the call; its arguments are not known, and empty, where the key
	 * comes with a web request
	 * @return the scope, at most 255 characters; {@code ""} adds nothing
	 */
	String resolveScope(IdempotentInvocation invocation);

}
