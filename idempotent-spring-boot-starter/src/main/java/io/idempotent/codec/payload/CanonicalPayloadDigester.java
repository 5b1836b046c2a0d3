package io.idempotent.codec.payload;

import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.idempotent.engine.PayloadDigester;
import io.idempotent.engine.operation.UnsupportedTypeException;
import io.idempotent.store.Fingerprint;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.type.TypeFactory;

/**
 * Makes the SHA-256 of a canonical form that is the starter's own: neither settings nor
 * annotations nor the version of a JSON library change it.
 * <p>
 * Objects count by all their fields, except transient ones and those that are null or an
 * empty {@link java.util.Optional}; maps and sets in any order; numbers by value; text
 * unit by unit. Where an object is of another class than declared, the name of its class
 * counts too.
 */
public final class CanonicalPayloadDigester implements PayloadDigester {

	private static final String REMEDY = "Set the payload attribute to an expression for what makes two requests the same, or to Idempotent.UNCHECKED";

	/** The version of the form. */
	private static final byte[] VERSION = { 1 };

	private final TypeFactory types = TypeFactory.createDefaultInstance();

	private final Map<Type, JavaType> declaredTypes = new ConcurrentHashMap<>();

	private final Map<ShapeKey, ObjectShape> shapes = new ConcurrentHashMap<>();

	private final Fingerprint nothing = new Fingerprint(newForm().digest());

	@Override
	public Fingerprint digest(List<Part> parts) {
		if (parts.isEmpty()) {
			return this.nothing;
		}
		CanonicalForm form = newForm();
		for (Part part : parts) {
			try {
				form.write(part.value(), declaredType(part.type()));
			}
			// also what a getter, iterator or toString of the application throws
			catch (RuntimeException ex) {
				throw noCanonicalForm(part.name(), ex);
			}
		}
		return new Fingerprint(form.digest());
	}

	@Override
	public void validate(String name, Type type) {
		try {
			DeclaredType.refuseLive(type);
		}
		catch (UnsupportedTypeException ex) {
			throw new UnsupportedTypeException(
					"%s cannot be compared with that of a retry: %s".formatted(name, ex.problem()), REMEDY, ex);
		}
	}

	private CanonicalForm newForm() {
		return new CanonicalForm(VERSION, this::shape);
	}

	private JavaType declaredType(Type type) {
		JavaType known = this.declaredTypes.get(type);
		return (known != null) ? known : this.declaredTypes.computeIfAbsent(type, this.types::constructType);
	}

	private ObjectShape shape(JavaType declared, Class<?> actual) {
		ShapeKey key = new ShapeKey(declared, actual);
		ObjectShape known = this.shapes.get(key);
		return (known != null) ? known
				: this.shapes.computeIfAbsent(key, (same) -> ObjectShape.of(declared, actual, this.types));
	}

	private static IllegalArgumentException noCanonicalForm(String part, RuntimeException cause) {
		return new IllegalArgumentException("%s cannot be compared with that of a retry: %s. %s".formatted(part,
				(cause instanceof IllegalArgumentException) ? cause.getMessage() : cause, REMEDY), cause);
	}

	private record ShapeKey(JavaType declared, Class<?> actual) {

	}

}
