package io.idempotent.client;

import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;

import org.springframework.http.HttpHeaders;

/**
 * Marks a request as safe to retry, because the service honours its key: for
 * {@code RestClient} and {@code WebClient} as {@code .attributes(keyFor("stripe"))}, for
 * HTTP service interfaces as {@code @RequestAttribute(IdempotentRequest.KEY)}. A request
 * that has the header is marked as well.
 */
public final class IdempotentRequest {

	/** The request attribute that holds the key, of any type that has a text. */
	public static final String KEY = "io.idempotent.client.key";

	/** The request attribute that holds a name to derive the key for. */
	public static final String KEY_FOR = "io.idempotent.client.key-for";

	private static final String REPLAYED_HEADER = "Idempotent-Replayed";

	private IdempotentRequest() {
	}

	/**
	 * Sends the request with this key.
	 * @param key the key, printable ASCII characters
	 * @return what to do with the attributes of the request
	 */
	public static Consumer<Map<String, Object>> key(String key) {
		return (attributes) -> attributes.put(KEY, key);
	}

	/**
	 * Sends the request with the key that the current {@code IdempotencyContext} derives
	 * for the name, equal on every attempt of the operation that makes the call; without
	 * a current context with a random one.
	 * @param name a name for the call, different from those of the operation's other
	 * calls
	 * @return what to do with the attributes of the request
	 */
	public static Consumer<Map<String, Object>> keyFor(String name) {
		return (attributes) -> attributes.put(KEY_FOR, name);
	}

	/**
	 * Sends the request with a random key, equal on all attempts of this call.
	 * @return what to do with the attributes of the request
	 */
	public static Consumer<Map<String, Object>> randomKey() {
		return (attributes) -> attributes.put(KEY, UUID.randomUUID());
	}

	/**
	 * Tells whether an answer was replayed, rather than made by running the request.
	 * @param headers the headers of the answer
	 * @return true if the service says so in {@code Idempotent-Replayed}
	 */
	public static boolean isReplayed(HttpHeaders headers) {
		return "true".equalsIgnoreCase(headers.getFirst(REPLAYED_HEADER));
	}

}
