package io.idempotent.web;

import java.security.Principal;
import java.util.Optional;

import reactor.core.publisher.Mono;

import org.springframework.web.server.ServerWebExchange;

/**
 * The user who is authenticated.
 */
final class ReactiveUser {

	/**
	 * A servlet says that there is no user; by name, as Spring Security may be absent.
	 */
	private static final String ANONYMOUS = "org.springframework.security.authentication.AnonymousAuthenticationToken";

	private ReactiveUser() {
	}

	/**
	 * The user of a request, empty if there is none.
	 */
	static Mono<Optional<Principal>> of(ServerWebExchange exchange) {
		return exchange.getPrincipal()
			.map(Optional::<Principal>of)
			.map((user) -> user.filter((principal) -> !principal.getClass().getName().equals(ANONYMOUS)))
			.defaultIfEmpty(Optional.empty());
	}

}
