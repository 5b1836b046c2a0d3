package io.idempotent.web.execute;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import io.idempotent.web.IdempotentOperationHandler;
import io.idempotent.web.RecordedResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.validation.Validator;

/**
 * The operations that clients run by name.
 */
public final class ExecuteOperations {

	private static final Logger logger = LoggerFactory.getLogger(ExecuteOperations.class);

	private final Map<String, IdempotentOperationHandler<?, ?>> handlers;

	private final JsonMapper mapper;

	private final ExecutePayloads payloads;

	/**
	 * Creates the registry.
	 * @param handlers the operations, by their names
	 * @param mapper reads payloads and writes results
	 * @param validator validates payloads, null if nothing does
	 */
	public ExecuteOperations(Map<String, ? extends IdempotentOperationHandler<?, ?>> handlers, JsonMapper mapper,
			@Nullable Validator validator) {
		this.handlers = new TreeMap<>(handlers);
		this.mapper = mapper;
		this.payloads = new ExecutePayloads(mapper, validator);
	}

	/**
	 * The names of all operations.
	 * @return the names, sorted
	 */
	public Set<String> names() {
		return new TreeSet<>(this.handlers.keySet());
	}

	/**
	 * Finds what a command asks for.
	 * @throws ExecuteRefusedException if there is no such operation
	 */
	IdempotentOperationHandler<?, ?> find(ExecuteCommand command) {
		IdempotentOperationHandler<?, ?> handler = this.handlers.get(command.operation());
		if (handler == null) {
			throw new ExecuteRefusedException("There is no such operation",
					ExecuteAnswers.error(404, "UNKNOWN_OPERATION", "There is no operation of that name."));
		}
		return handler;
	}

	/**
	 * Reads and validates the payload. Nothing has happened if this fails, whatever the
	 * failure is.
	 * @throws ExecuteRefusedException if it is not valid, or cannot be validated
	 */
	<P> P read(ExecuteCommand command, IdempotentOperationHandler<P, ?> handler) {
		try {
			return this.payloads.read(command, handler.payloadType());
		}
		catch (ExecuteRefusedException ex) {
			throw ex;
		}
		catch (Throwable ex) {
			logger.error("The payload of operation '{}' could not be validated, so nothing was run",
					command.operation(), ex);
			throw new ExecuteRefusedException("The payload could not be validated", ExecuteAnswers.failed());
		}
	}

	/**
	 * Makes the answer of a result.
	 * @return null if it cannot be encoded
	 */
	@Nullable RecordedResponse answer(ExecuteCommand command, @Nullable Object result) {
		try {
			return ExecuteAnswers.completed(this.mapper.writeValueAsBytes(result));
		}
		catch (Throwable ex) {
			// whatever it is: the operation has returned
			logger.error("The result of operation '{}' could not be encoded: nobody will get it", command.operation(),
					ex);
			return null;
		}
	}

}
