package io.idempotent.web.request;

import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads JSON that decides which requests are the same: strictly, and whatever the
 * application's own settings are.
 */
public final class StrictJson {

	/**
	 * Whatever the limits of the JVM are: another node reads the same in the same way.
	 */
	private static final StreamReadConstraints LIMITS = StreamReadConstraints.builder()
		.maxNestingDepth(500)
		.maxNumberLength(1_000)
		.maxNameLength(50_000)
		.maxStringLength(Integer.MAX_VALUE)
		.maxDocumentLength(-1)
		.maxTokenCount(-1)
		.build();

	public static final JsonMapper MAPPER = JsonMapper
		.builder(JsonFactory.builder().streamReadConstraints(LIMITS).build())
		.enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
		.enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
		.enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
		.build();

	private StrictJson() {
	}

}
