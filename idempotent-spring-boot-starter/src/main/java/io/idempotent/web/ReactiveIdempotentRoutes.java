package io.idempotent.web;

import java.util.function.Function;

import org.springframework.web.reactive.function.server.HandlerFilterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;

/**
 * Guards functional routes of WebFlux, which have no method to annotate:
 * {@code route().POST("/votes", this::vote).filter(idempotent.operation("vote.cast")).build()}.
 */
public final class ReactiveIdempotentRoutes {

	private final Function<String, HandlerFilterFunction<ServerResponse, ServerResponse>> filters;

	/**
	 * Creates the component.
	 * @param filters makes the filter of the operation that is named
	 */
	public ReactiveIdempotentRoutes(Function<String, HandlerFilterFunction<ServerResponse, ServerResponse>> filters) {
		this.filters = filters;
	}

	/**
	 * Guards the requests of a route by the key in their header, with the settings of the
	 * application.
	 * @param name the name of the operation
	 * @return a filter for routes of POST, PUT, PATCH and DELETE
	 */
	public HandlerFilterFunction<ServerResponse, ServerResponse> operation(String name) {
		return this.filters.apply(name);
	}

}
