package io.idempotent.web.request;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

import io.idempotent.web.RecordedResponse;
import io.idempotent.web.RecordedResponse.Header;

/**
 * Which headers of a response belong to the answer: those that the handler has added or
 * changed, and what filters say of the body, except for what is true of one transmission
 * only, is a secret of one session, or is set anew for each by security, CORS, caching
 * and tracing.
 */
public final class ResponseHeaders {

	private static final Set<String> LIVE = Set.of("set-cookie", "set-cookie2", "date", "server", "connection",
			"keep-alive", "transfer-encoding", "te", "trailer", "upgrade", "content-length", "vary", "www-authenticate",
			"authentication-info", "authorization", "x-auth-token", "x-access-token", "x-refresh-token", "x-id-token",
			"x-session-token", "x-session-id", "x-csrf-token", "x-xsrf-token", "clear-site-data",
			"strict-transport-security", "x-frame-options", "x-content-type-options", "x-xss-protection",
			"cache-control", "pragma", "expires", "x-request-id", "x-correlation-id", "traceparent", "tracestate", "b3",
			"server-timing", "age", "via", "retry-after", WebSettings.REPLAYED_HEADER.toLowerCase(Locale.ROOT));

	private static final List<String> LIVE_PREFIXES = List.of("access-control-", "proxy-", "ratelimit", "x-ratelimit",
			"x-b3-");

	/** They say what the bytes are, and are worth nothing with other bytes. */
	private static final Set<String> OF_THE_BODY = Set.of("content-type", "content-encoding", "content-language",
			"content-location", "content-disposition", "content-range", "content-digest", "repr-digest", "digest",
			"etag", "last-modified");

	/** A session that is told by its URL. */
	private static final Pattern SESSION_ID = Pattern.compile(";jsessionid=[^;/?#>,\\s]*", Pattern.CASE_INSENSITIVE);

	private static final Set<String> URLS = Set.of("location", "content-location", "link", "refresh");

	private final Map<String, List<String>> outside;

	private final Map<String, List<String>> before;

	/**
	 * Remembers what is there before the handler is called.
	 * @param outside what was there before any filter between us and the handler was
	 * called, which may change the body as well
	 * @param before what is there now
	 */
	public ResponseHeaders(Map<String, List<String>> outside, Map<String, List<String>> before) {
		this.outside = outside;
		this.before = before;
	}

	/**
	 * What has been added since.
	 */
	public List<Header> addedTo(Map<String, List<String>> headers) {
		List<Header> added = new ArrayList<>();
		headers.forEach((name, values) -> {
			String lower = name.toLowerCase(Locale.ROOT);
			Map<String, List<String>> former = OF_THE_BODY.contains(lower) ? this.outside : this.before;
			if (!isLive(lower) && !values.equals(former.get(name))) {
				added.add(new Header(name, URLS.contains(lower) ? withoutSession(values) : values));
			}
		});
		return added;
	}

	private static List<String> withoutSession(List<String> values) {
		return values.stream().map((value) -> SESSION_ID.matcher(value).replaceAll("")).toList();
	}

	private static boolean isLive(String lower) {
		return LIVE.contains(lower) || LIVE_PREFIXES.stream().anyMatch(lower::startsWith);
	}

}
