package io.idempotent.sample.security;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import org.springdoc.core.customizers.GlobalOpenApiCustomizer;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * Says that the execute API needs a user. Everything else about it says the starter.
 */
@Component
class ExecuteApiDescription implements GlobalOpenApiCustomizer {

	private final String path;

	ExecuteApiDescription(@Value("${idempotent.web.execute-api.path:/v1/idempotency/execute}") String path) {
		this.path = path;
	}

	@Override
	public void customise(OpenAPI document) {
		PathItem item = document.getPaths().computeIfAbsent(this.path, (path) -> new PathItem());
		if (item.getPost() == null) {
			item.setPost(new Operation().operationId("executeOperation")
				.addTagsItem("idempotency")
				.summary("Executes an operation at most once for each key."));
		}
		item.getPost().addSecurityItem(new SecurityRequirement().addList(ApiDescription.BASIC_AUTH));
	}

}
