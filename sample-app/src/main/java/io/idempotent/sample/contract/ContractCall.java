package io.idempotent.sample.contract;

import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * What a client asks for. Equal calls are retries of one another.
 *
 * @param method the contract method, 1 to 64 letters, digits and underscores
 * @param arguments its arguments
 */
public record ContractCall(String method, Map<String, @Nullable Object> arguments) {

	public ContractCall(@Nullable String method, @Nullable Map<String, @Nullable Object> arguments) {
		Assert.isTrue(method != null && method.matches("\\w{1,64}"),
				"'method' must be 1 to 64 letters, digits and underscores");
		this.method = method;
		this.arguments = (arguments != null) ? arguments : Map.of();
	}

}
