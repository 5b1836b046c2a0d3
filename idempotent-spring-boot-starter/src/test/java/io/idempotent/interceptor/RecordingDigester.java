package io.idempotent.interceptor;

import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import io.idempotent.engine.PayloadDigester;
import io.idempotent.engine.operation.InvalidDeclarationException;
import io.idempotent.store.Fingerprint;

import org.springframework.core.ResolvableType;

/**
 * Remembers what it was asked.
 */
final class RecordingDigester implements PayloadDigester {

	final List<Part> digested = new ArrayList<>();

	final List<String> validated = new ArrayList<>();

	@Override
	public Fingerprint digest(List<Part> parts) {
		this.digested.addAll(parts);
		return new Fingerprint(new byte[32]);
	}

	@Override
	public void validate(String name, Type type) {
		this.validated.add(name + ": " + type.getTypeName());
		if (Stream.class.isAssignableFrom(ResolvableType.forType(type).toClass())) {
			throw new InvalidDeclarationException(name + " is a stream", "set the payload attribute");
		}
	}

}
