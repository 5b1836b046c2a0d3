package io.idempotent.codec.result;

import java.util.function.Supplier;

import io.idempotent.engine.outcome.FailureCodec;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Stores a failure as {@code {"type", "message", "cause"}}, each text cut to 10,000
 * characters.
 */
public final class JsonFailureCodec implements FailureCodec {

	private static final int MAX_LENGTH = 10_000;

	// escaped, because a text that was cut may end in half a character
	private final JsonMapper mapper = JsonMapper.builder()
		.enable(JsonWriteFeature.ESCAPE_NON_ASCII)
		.enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
				DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
		.build();

	@Override
	public String format() {
		return "failure/1";
	}

	@Override
	public byte[] encode(Throwable failure) {
		return this.mapper.writeValueAsBytes(new RecordedFailure(failure.getClass().getName(),
				textOf(failure::getMessage), textOf(() -> toText(failure.getCause()))));
	}

	@Override
	public RecordedFailure decode(byte[] bytes) {
		RecordedFailure failure = this.mapper.readValue(bytes, RecordedFailure.class);
		if (failure == null || failure.type() == null) {
			throw new IllegalArgumentException("the stored bytes are not a failure");
		}
		return failure;
	}

	private static @Nullable String toText(@Nullable Throwable cause) {
		return (cause != null) ? cause.toString() : null;
	}

	private static @Nullable String textOf(Supplier<@Nullable String> getter) {
		try {
			String text = getter.get();
			return (text != null && text.length() > MAX_LENGTH) ? text.substring(0, MAX_LENGTH) : text;
		}
		catch (Throwable ex) {
			// the failure is to be recorded, whatever its own code does
			return null;
		}
	}

}
