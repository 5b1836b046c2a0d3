package io.idempotent.web;

import org.springframework.security.core.Authentication;

/**
 * Says who an authenticated user is, in place of the rule of the starter: no two users
 * have the same text, and one has the same text whenever that user calls, on every node.
 * <p>
 * Declare one as a bean, for instance to make one user of those who log in in different
 * ways:
 * {@code (authentication) -> ((Account) authentication.getPrincipal()).id().toString()}.
 * Asked for the user of each request whose record is claimed, and for each argument that
 * is an {@link Authentication}; never for an anonymous one. An exception from it is
 * thrown to the caller and the method does not run.
 */
@FunctionalInterface
public interface IdempotencyUserResolver {

	/**
	 * Returns what tells a user from all others.
	 * @param authentication the user, as authenticated
	 * @return the text, of any length; null and blank are refused
	 */
	String resolveUser(Authentication authentication);

}
