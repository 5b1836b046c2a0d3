package io.idempotent.web.execute;

import java.security.Principal;
import java.util.List;
import java.util.Objects;

import io.idempotent.engine.operation.CallInputs;
import io.idempotent.store.Fingerprint;
import io.idempotent.web.IdempotencyProblems;
import io.idempotent.web.request.KeyHeader;
import org.jspecify.annotations.Nullable;

/**
 * What tells one request to execute an operation from another. The engine asks in the
 * order in which a request is refused: for its key, then for its body.
 */
final class ExecuteInputs implements CallInputs {

	private final ExecuteApi api;

	private final List<String> header;

	private final @Nullable Principal user;

	private final byte[] body;

	private String complaint = "The idempotency key cannot be used: it is too long, or whose it is cannot be told.";

	private @Nullable ExecuteCommand command;

	ExecuteInputs(ExecuteApi api, List<String> header, @Nullable Principal user, byte[] body) {
		this.api = api;
		this.header = header;
		this.user = user;
		this.body = body;
	}

	/**
	 * What is wrong with the key, if it is invalid.
	 */
	String complaint() {
		return this.complaint;
	}

	/**
	 * What is asked for, once the engine has asked for its fingerprint.
	 */
	ExecuteCommand command() {
		return Objects.requireNonNull(this.command);
	}

	@Override
	public String scope() {
		if (key() == null) {
			// is refused for that
			return "";
		}
		if (this.api.needsUser(this.user)) {
			this.complaint = "The request has no user whose key it could be.";
		}
		return this.api.scopeOf(this.user);
	}

	@Override
	public @Nullable String key() {
		try {
			return KeyHeader.read(this.header);
		}
		catch (IllegalArgumentException ex) {
			this.complaint = "The idempotency key is malformed: %s.".formatted(ex.getMessage());
			throw ex;
		}
	}

	@Override
	public String keySource() {
		return IdempotencyProblems.keySourceOf(this.api.header());
	}

	@Override
	public Fingerprint fingerprint() {
		ExecuteCommand command = ExecuteCommand.parse(this.body);
		this.command = command;
		return this.api.fingerprintOf(command);
	}

}
