package io.idempotent.engine;

import java.lang.reflect.Type;
import java.util.List;

import io.idempotent.engine.operation.InvalidDeclarationException;
import io.idempotent.store.Fingerprint;
import org.jspecify.annotations.Nullable;

/**
 * Makes the fingerprint of a payload: equal exactly for payloads that are the same
 * request.
 */
public interface PayloadDigester {

	/**
	 * Makes the fingerprint.
	 * @param parts what the payload consists of; their order counts, their names do not
	 * @return the fingerprint
	 * @throws IllegalArgumentException if a part has no canonical form, with a sentence
	 * that names the part and the {@code payload} attribute
	 */
	Fingerprint digest(List<Part> parts);

	/**
	 * Refuses types that certainly have no canonical form, such as streams.
	 * @param name the name of the part
	 * @param type its declared type
	 * @throws InvalidDeclarationException with a sentence that names the part, and the
	 * {@code payload} attribute as the remedy
	 */
	void validate(String name, Type type);

	/**
	 * One value of a payload.
	 *
	 * @param name how to call it in an error, such as {@code argument 'command'}
	 * @param type its declared type
	 * @param value its value
	 */
	record Part(String name, Type type, @Nullable Object value) {

	}

}
