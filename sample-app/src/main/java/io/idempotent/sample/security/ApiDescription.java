package io.idempotent.sample.security;

import io.swagger.v3.oas.annotations.OpenAPIDefinition;
import io.swagger.v3.oas.annotations.enums.SecuritySchemeType;
import io.swagger.v3.oas.annotations.info.Info;
import io.swagger.v3.oas.annotations.security.SecurityScheme;

import org.springframework.context.annotation.Configuration;

/**
 * What the OpenAPI document says beyond the handlers themselves. Operations that need a
 * user refer to {@link #BASIC_AUTH}.
 */
@Configuration(proxyBeanMethods = false)
@OpenAPIDefinition(info = @Info(title = "Idempotent sample application", version = "v1",
		description = "Each write happens once, however often it is sent. Demo users: alice/alice and bob/bob."))
@SecurityScheme(name = ApiDescription.BASIC_AUTH, type = SecuritySchemeType.HTTP, scheme = "basic")
public class ApiDescription {

	/** The name of the security scheme. */
	public static final String BASIC_AUTH = "basicAuth";

}
