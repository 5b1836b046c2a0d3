package io.idempotent.web.openapi;

import io.idempotent.database.TestDatabase;
import io.idempotent.web.WebStack;
import io.idempotent.web.execute.ExecuteApiNode;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.SwaggerParseResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springdoc.core.customizers.GlobalOpenApiCustomizer;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The execute API in the OpenAPI document of an application, as a parser understands it.
 */
@ParameterizedClass
@EnumSource(WebStack.class)
class ExecuteApiOpenApiTests {

	@Parameter
	private WebStack stack;

	private static OpenAPI read(ExecuteApiNode node) {
		String json = node.execute("").method("GET").path("/v3/api-docs").send().body();
		SwaggerParseResult result = new OpenAPIV3Parser().readContents(json);
		assertThat(result.getMessages()).as(json).isEmpty();
		return result.getOpenAPI();
	}

	@Test
	void theDocumentHasTheHeaderTheOperationsAndAllAnswers() {
		try (ExecuteApiNode node = ExecuteApiNode.start(this.stack)) {
			OpenAPI document = read(node);
			PathItem item = document.getPaths().get(ExecuteApiNode.PATH);
			assertThat(item.readOperations()).hasSize(1);
			Operation operation = item.getPost();
			assertThat(operation.getParameters()).singleElement().satisfies((parameter) -> {
				assertThat(parameter.getName()).isEqualTo("Idempotency-Key");
				assertThat(parameter.getIn()).isEqualTo("header");
				assertThat(parameter.getRequired()).isTrue();
				assertThat(parameter.getSchema().getMaxLength()).isEqualTo(255);
			});
			Schema<?> command = operation.getRequestBody().getContent().get("application/json").getSchema();
			assertThat(command.getRequired()).containsExactly("operation");
			Schema<?> name = command.getProperties().get("operation");
			assertThat(name.getEnum().toString()).contains("order", "echo");
			assertThat(command.getProperties()).containsKey("payload");
			ApiResponses responses = operation.getResponses();
			assertThat(responses).containsOnlyKeys("200", "202", "400", "404", "409", "413", "415", "422", "500",
					"503");
			assertThat(responses.get("200").getHeaders()).containsKey("Idempotent-Replayed");
			assertThat(responses.get("202").getHeaders()).containsKey("Retry-After");
			assertThat(responses.get("503").getHeaders()).containsKey("Retry-After");
			assertThat(responses.get("422").getContent().get("application/json").getSchema().get$ref())
				.isEqualTo("#/components/schemas/IdempotencyExecuteError");
			assertThat(document.getComponents().getSchemas()).containsKey("IdempotencyExecuteError");
		}
	}

	@Test
	void whatTheApplicationSaysStays() {
		try (ExecuteApiNode node = new ExecuteApiNode(this.stack, TestDatabase.H2.createEmpty(), OwnWords.class)) {
			Operation operation = read(node).getPaths().get(ExecuteApiNode.PATH).getPost();
			assertThat(operation.getSummary()).isEqualTo("In our own words");
			assertThat(operation.getResponses().get("409").getDescription()).isEqualTo("Our own conflict");
			assertThat(operation.getResponses()).containsKey("202");
			assertThat(operation.getParameters()).hasSize(1);
		}
	}

	@Configuration(proxyBeanMethods = false)
	static class OwnWords {

		@Bean
		@Order(Ordered.HIGHEST_PRECEDENCE)
		GlobalOpenApiCustomizer ownWords() {
			return (document) -> document.path(ExecuteApiNode.PATH, new PathItem().post(new Operation()
				.summary("In our own words")
				.responses(
						new ApiResponses().addApiResponse("409", new ApiResponse().description("Our own conflict")))));
		}

	}

}
