package io.idempotent.web.execute;

import java.io.IOException;
import java.util.Collections;
import java.util.List;

import io.idempotent.web.request.KeyHeader;
import io.idempotent.web.request.WebSettings;
import jakarta.servlet.http.HttpServletRequest;

import org.springframework.http.HttpMethod;
import org.springframework.http.ResponseEntity;
import org.springframework.web.servlet.function.RequestPredicates;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * The execute API in an application of Spring MVC. All of it happens on the thread of the
 * request.
 */
public final class ExecuteRoutes {

	private final ExecuteApi api;

	private ExecuteRoutes(ExecuteApi api) {
		this.api = api;
	}

	/**
	 * Creates the route.
	 * @param path its path
	 * @param api answers the requests
	 * @return the route of all methods: those that are wrong are refused
	 */
	public static RouterFunction<ServerResponse> of(String path, ExecuteApi api) {
		return RouterFunctions.route(RequestPredicates.path(path), new ExecuteRoutes(api)::handle);
	}

	private ServerResponse handle(ServerRequest request) throws IOException {
		ResponseEntity<byte[]> answer = answer(request.servletRequest());
		// not by a converter, which an application may have replaced
		return ServerResponse.status(answer.getStatusCode())
			.headers((headers) -> headers.putAll(answer.getHeaders()))
			.build((servletRequest, response) -> {
				// once, and not for what the operation has called: see ReplayMarker
				response.setHeader(WebSettings.REPLAYED_HEADER,
						answer.getHeaders().getFirst(WebSettings.REPLAYED_HEADER));
				byte[] body = ExecuteAnswers.bodyOf(answer);
				response.setContentLength(body.length);
				response.getOutputStream().write(body);
				return null;
			});
	}

	private ResponseEntity<byte[]> answer(HttpServletRequest request) throws IOException {
		ResponseEntity<byte[]> refusal = this.api.refuse(HttpMethod.valueOf(request.getMethod()),
				request.getContentType());
		if (refusal != null) {
			return refusal;
		}
		List<String> key = Collections.list(request.getHeaders(this.api.header()));
		byte[] body = KeyHeader.isReadable(key) ? read(request) : new byte[0];
		return (body.length > this.api.maxBodySize()) ? this.api.bodyTooLarge()
				: this.api.answer(key, request.getUserPrincipal(), body);
	}

	/** One byte more than is accepted says enough. */
	private byte[] read(HttpServletRequest request) throws IOException {
		return request.getInputStream().readNBytes(this.api.maxBodySize() + 1);
	}

}
