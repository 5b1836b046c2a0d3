package io.idempotent.web.reactive;

import io.idempotent.web.RecordedResponse;
import io.idempotent.web.request.WebSettings;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ResponseStatusException;

/**
 * Writes a recorded answer once more.
 */
final class ReactiveReplay {

	private ReactiveReplay() {
	}

	static Mono<Void> write(RecordedResponse recorded, ServerHttpResponse response) {
		HttpHeaders headers = response.getHeaders();
		HttpStatusCode status = HttpStatusCode.valueOf(recorded.status());
		recorded.headers().forEach((header) -> headers.put(header.name(), header.values()));
		headers.set(HttpHeaders.CACHE_CONTROL, "no-store");
		headers.set(WebSettings.REPLAYED_HEADER, "true");
		if (recorded.error() != null) {
			return Mono.error(() -> new ResponseStatusException(status, recorded.error()));
		}
		response.setStatusCode(status);
		if (recorded.body().length == 0) {
			return response.setComplete();
		}
		headers.setContentLength(recorded.body().length);
		return response.writeWith(Mono.fromSupplier(() -> response.bufferFactory().wrap(recorded.body())));
	}

}
