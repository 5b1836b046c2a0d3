package io.idempotent.web;

import java.util.function.Function;

import org.springframework.web.servlet.function.HandlerFilterFunction;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * Guards functional routes, which have no method to annotate:
 * {@code route().POST("/votes", this::vote).filter(idempotent.operation("vote.cast")).build()}.
 */
public final class IdempotentRoutes {

	private final Function<String, HandlerFilterFunction<ServerResponse, ServerResponse>> filters;

	/**
	 * Creates the component.
	 * @param filters makes the filter of the operation that is named
	 */
	public IdempotentRoutes(Function<String, HandlerFilterFunction<ServerResponse, ServerResponse>> filters) {
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
