package io.idempotent.web.request;

import java.util.List;
import java.util.function.Supplier;

import io.idempotent.engine.operation.CallInputs;
import io.idempotent.store.Fingerprint;
import io.idempotent.web.IdempotencyProblems;
import org.jspecify.annotations.Nullable;

/**
 * What tells one request from another: whose it is, the key in its header, and what it
 * asks for.
 *
 * @param header the name of the header
 * @param lines its values
 * @param owner whose key it is
 * @param payload stands for the request, null if nothing is compared
 */
public record RequestInputs(String header, List<String> lines, Supplier<String> owner,
		Supplier<@Nullable Fingerprint> payload) implements CallInputs {

	@Override
	public String scope() {
		// a request without key is refused for that
		return (key() != null) ? this.owner.get() : "";
	}

	@Override
	public @Nullable String key() {
		return KeyHeader.read(this.lines);
	}

	@Override
	public String keySource() {
		return IdempotencyProblems.keySourceOf(this.header);
	}

	@Override
	public @Nullable Fingerprint fingerprint() {
		return this.payload.get();
	}

}
