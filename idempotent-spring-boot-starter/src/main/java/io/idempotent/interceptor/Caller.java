package io.idempotent.interceptor;

import java.security.Principal;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.idempotent.engine.operation.ScopeText;
import org.jspecify.annotations.Nullable;

/**
 * In whose name a method is called.
 *
 * @param user the user of the request that the method handles, null if there is none
 * @param principals those among the arguments
 */
record Caller(@Nullable Object user, List<Object> principals) {

	static final Caller NONE = new Caller(null, List.of());

	/**
	 * Whether it will be known only once a publisher has said it.
	 */
	boolean isLate() {
		return Stream.concat(Stream.ofNullable(this.user), this.principals.stream()).anyMatch(Principals::isLate);
	}

	/**
	 * Returns the text that tells the caller from others.
	 * @return null if none is authenticated
	 */
	@Nullable String identify(Supplier<UserIdentifier> users) {
		if (this.user == null && this.principals.isEmpty()) {
			return null;
		}
		UserIdentifier identifier = users.get();
		Set<String> identities = new LinkedHashSet<>();
		boolean known = this.user != null && add(this.user, identifier, identities);
		for (Object principal : this.principals) {
			// what else stands for the user of a request is made of the same principal
			if (!known || principal instanceof Principal) {
				add(principal, identifier, identities);
			}
		}
		return identities.stream().reduce((all, next) -> ScopeText.join("both", all, next)).orElse(null);
	}

	private static boolean add(Object principal, UserIdentifier users, Set<String> identities) {
		if (Principals.isLate(principal)) {
			throw new IllegalArgumentException(
					"whose record it is comes with a publisher, but the method returns no Mono or Flux that could wait for it: "
							+ "pass the Principal itself, or say whose it is with `scope`");
		}
		String identity = users.identify(principal);
		return identity != null && identities.add(identity);
	}

}
