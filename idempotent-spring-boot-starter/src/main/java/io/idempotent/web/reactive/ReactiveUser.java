package io.idempotent.web.reactive;

import java.security.Principal;
import java.util.Optional;

import reactor.core.publisher.Mono;

import org.springframework.web.server.ServerWebExchange;

/**
 * The principal of a request, which may be an anonymous one.
 */
public final class ReactiveUser {

	private ReactiveUser() {
	}

	/**
	 * The principal, empty if there is none.
	 */
	public static Mono<Optional<Principal>> of(ServerWebExchange exchange) {
		return exchange.getPrincipal().map(Optional::<Principal>of).defaultIfEmpty(Optional.empty());
	}

}
