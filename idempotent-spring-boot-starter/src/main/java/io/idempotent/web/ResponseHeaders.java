package io.idempotent.web;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import io.idempotent.web.RecordedResponse.Header;

/**
 * Which headers of a response belong to the answer: those that the handler has added or
 * changed, except for what is true of one transmission only, or is set anew for each by
 * security, CORS, caching and tracing.
 */
final class ResponseHeaders {

	private static final Set<String> LIVE = Set.of("set-cookie", "date", "server", "connection", "keep-alive",
			"transfer-encoding", "te", "trailer", "upgrade", "content-length", "vary", "www-authenticate",
			"authentication-info", "strict-transport-security", "x-frame-options", "x-content-type-options",
			"x-xss-protection", "cache-control", "pragma", "expires", "x-request-id", "traceparent", "server-timing",
			"age", "via", "retry-after", WebSettings.REPLAYED_HEADER.toLowerCase(Locale.ROOT));

	private static final List<String> LIVE_PREFIXES = List.of("access-control-", "proxy-", "ratelimit", "x-ratelimit");

	private final Map<String, List<String>> before;

	private ResponseHeaders(Map<String, List<String>> before) {
		this.before = before;
	}

	/**
	 * Remembers what is there before the handler is called.
	 */
	static ResponseHeaders of(Map<String, List<String>> headers) {
		return new ResponseHeaders(headers);
	}

	/**
	 * What the handler has added since.
	 */
	List<Header> addedTo(Map<String, List<String>> headers) {
		List<Header> added = new ArrayList<>();
		headers.forEach((name, values) -> {
			if (!isLive(name) && !values.equals(this.before.get(name))) {
				added.add(new Header(name, values));
			}
		});
		return added;
	}

	private static boolean isLive(String name) {
		String lower = name.toLowerCase(Locale.ROOT);
		return LIVE.contains(lower) || LIVE_PREFIXES.stream().anyMatch(lower::startsWith);
	}

}
