package io.idempotent.interceptor;

import org.jspecify.annotations.Nullable;

/**
 * Tells one user from another.
 */
public interface UserIdentifier {

	/**
	 * Returns a text that is the same whenever this user calls, on every node, and that
	 * no other user has.
	 * @param principal what stands for the user
	 * @return the text, null if the principal is an anonymous one
	 * @throws IllegalArgumentException with a sentence, if the user cannot be told from
	 * others
	 */
	@Nullable String identify(Object principal);

	/**
	 * Returns what stands for the user in whose name the present thread works.
	 * @return the principal, null if it is not known
	 */
	default @Nullable Object current() {
		return null;
	}

}
