package io.idempotent.client;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

import io.idempotent.IdempotencyContext;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;

/**
 * Decides whether a request is safe to retry, and the key that makes it so.
 *
 * @param header the name of the header
 * @param everyWrite whether writes that are not marked get a random key
 */
record RequestKeys(String header, boolean everyWrite) {

	private static final Set<HttpMethod> WRITES = Set.of(HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH,
			HttpMethod.DELETE);

	RequestKeys(ClientSettings settings) {
		this(settings.header(), settings.everyWrite());
	}

	/**
	 * Finds the key: that of the header, the one given as an attribute, the one derived
	 * for a name, or a random one.
	 * @return null if the request is not to be touched
	 */
	@Nullable String find(HttpMethod method, HttpHeaders headers, Map<String, Object> attributes,
			Supplier<Optional<IdempotencyContext>> context) {
		if (!WRITES.contains(method)) {
			return null;
		}
		if (headers.containsHeader(this.header)) {
			return checked(headers.getFirst(this.header));
		}
		if (attributes.containsKey(IdempotentRequest.KEY)) {
			return checked(attributes.get(IdempotentRequest.KEY));
		}
		Object name = attributes.get(IdempotentRequest.KEY_FOR);
		if (name != null) {
			return context.get().map((attempt) -> attempt.keyFor(name.toString())).orElseGet(RequestKeys::random);
		}
		return this.everyWrite ? random() : null;
	}

	private static String random() {
		return UUID.randomUUID().toString();
	}

	/**
	 * Other characters would be changed on the way, so that two keys become one.
	 */
	private String checked(@Nullable Object key) {
		String text = (key != null) ? key.toString() : "";
		if (text.isBlank() || !text.chars().allMatch((c) -> c >= 0x20 && c < 0x7F)) {
			throw new IllegalArgumentException(
					"The key for header '%s' must have printable ASCII characters, and no others; nothing was sent"
						.formatted(this.header));
		}
		return text;
	}

}
