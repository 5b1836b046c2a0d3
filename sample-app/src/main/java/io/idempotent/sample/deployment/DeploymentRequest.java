package io.idempotent.sample.deployment;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * What a client asks for.
 *
 * @param service the service to deploy, 1 to 64 letters, digits, dots, underscores and
 * hyphens
 * @param version its version, of the same form
 */
record DeploymentRequest(String service, String version) {

	DeploymentRequest(@Nullable String service, @Nullable String version) {
		this.service = requireName(service, "service");
		this.version = requireName(version, "version");
	}

	private static String requireName(@Nullable String value, String member) {
		Assert.isTrue(value != null && value.matches("[A-Za-z0-9._-]{1,64}"),
				() -> "'%s' must be 1 to 64 letters, digits, dots, underscores and hyphens".formatted(member));
		return value;
	}

}
