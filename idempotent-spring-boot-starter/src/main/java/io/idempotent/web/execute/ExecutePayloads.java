package io.idempotent.web.execute;

import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.validation.BeanPropertyBindingResult;
import org.springframework.validation.Errors;
import org.springframework.validation.FieldError;
import org.springframework.validation.ObjectError;
import org.springframework.validation.Validator;

/**
 * Reads payloads as what their operations take, in the way of the application.
 */
final class ExecutePayloads {

	private final JsonMapper mapper;

	private final @Nullable Validator validator;

	ExecutePayloads(JsonMapper mapper, @Nullable Validator validator) {
		this.mapper = mapper;
		this.validator = validator;
	}

	/**
	 * Reads a payload.
	 * @throws ExecuteRefusedException if it is not valid
	 */
	<P> P read(ExecuteCommand command, Class<P> type) {
		P payload;
		try {
			// from its text, so that the settings of the application count
			payload = Objects.requireNonNull(this.mapper.readValue(command.json(), type));
		}
		catch (JacksonException ex) {
			throw refused(text(ex));
		}
		Errors errors = validate(payload);
		if (errors.hasErrors()) {
			throw refused(errors.getAllErrors()
				.stream()
				.map(ExecutePayloads::text)
				.sorted()
				.collect(Collectors.joining("; ")));
		}
		return payload;
	}

	private Errors validate(Object payload) {
		Errors errors = new BeanPropertyBindingResult(payload, "payload");
		if (this.validator != null && this.validator.supports(payload.getClass())) {
			this.validator.validate(payload, errors);
		}
		return errors;
	}

	private static String text(ObjectError error) {
		String message = (error.getDefaultMessage() != null) ? error.getDefaultMessage()
				: Objects.requireNonNullElse(error.getCode(), "invalid");
		return (error instanceof FieldError field) ? field.getField() + ": " + message : message;
	}

	/** What Jackson says of it names classes. */
	private static String text(JacksonException ex) {
		String field = path(ex.getPath());
		return (field.isEmpty() ? "payload" : field)
				+ ((ex instanceof UnrecognizedPropertyException) ? ": is not known" : ": cannot be read");
	}

	private static String path(List<JacksonException.Reference> references) {
		StringBuilder path = new StringBuilder();
		for (JacksonException.Reference reference : references) {
			if (reference.getPropertyName() == null) {
				path.append('[').append(reference.getIndex()).append(']');
			}
			else {
				path.append(path.isEmpty() ? "" : ".").append(reference.getPropertyName());
			}
		}
		return path.toString();
	}

	private static ExecuteRefusedException refused(String message) {
		return new ExecuteRefusedException("The payload is not valid",
				ExecuteAnswers.error(400, "VALIDATION_FAILED", message));
	}

}
