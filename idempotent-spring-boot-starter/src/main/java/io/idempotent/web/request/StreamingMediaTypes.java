package io.idempotent.web.request;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.http.MediaType;

/**
 * The media types of answers somebody waits for each part of.
 */
public final class StreamingMediaTypes {

	private static final List<String> STREAMS = List.of(MediaType.TEXT_EVENT_STREAM_VALUE,
			MediaType.APPLICATION_NDJSON_VALUE);

	private StreamingMediaTypes() {
	}

	public static boolean contains(@Nullable Object contentType) {
		return contentType != null && STREAMS.stream().anyMatch(contentType.toString()::startsWith);
	}

}
