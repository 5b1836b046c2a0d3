package io.idempotent.web.openapi;

import java.util.List;
import java.util.Map;
import java.util.Set;

import io.idempotent.Idempotent;
import io.idempotent.database.TestDatabase;
import io.idempotent.web.WebNode;
import io.idempotent.web.WebStack;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.SwaggerParseResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;

import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The OpenAPI document of an application, as a parser understands it.
 */
@ParameterizedClass
@EnumSource(WebStack.class)
class OpenApiTests {

	private static OpenAPI document;

	private static List<String> complaints;

	@org.junit.jupiter.params.Parameter
	WebStack stack;

	@RestController
	static class OwnWords {

		@Idempotent(operation = "own.words", ttl = "1h")
		@PostMapping("/own-words")
		@Parameter(name = "Idempotency-Key", in = ParameterIn.HEADER, description = "In our own words",
				schema = @Schema(type = "string"))
		@ApiResponse(responseCode = "200", description = "Done")
		@ApiResponse(responseCode = "409", description = "Our own conflict")
		Mono<String> ownWords() {
			return Mono.just("");
		}

	}

	@BeforeParameterizedClassInvocation
	static void read(WebStack stack) {
		try (WebNode node = new WebNode(stack, TestDatabase.H2.createEmpty(), OwnWords.class)) {
			String json = node.request("GET", "/v3/api-docs").send().body();
			SwaggerParseResult result = new OpenAPIV3Parser().readContents(json);
			document = result.getOpenAPI();
			complaints = result.getMessages();
		}
	}

	@AfterParameterizedClassInvocation
	static void forget() {
		document = null;
	}

	private static Operation post(String path) {
		return document.getPaths().get(path).getPost();
	}

	@Test
	void theDocumentIsValid() {
		assertThat(complaints).isEmpty();
	}

	@Test
	void anAnnotatedHandlerHasTheHeaderWithItsLimits() {
		assertThat(post("/orders").getParameters()).singleElement().satisfies((parameter) -> {
			assertThat(parameter.getName()).isEqualTo("Idempotency-Key");
			assertThat(parameter.getIn()).isEqualTo("header");
			assertThat(parameter.getRequired()).isTrue();
			assertThat(parameter.getSchema().getMinLength()).isEqualTo(1);
			assertThat(parameter.getSchema().getMaxLength()).isEqualTo(255);
		});
	}

	@Test
	void anAnnotatedHandlerHasTheRefusalsAndTheMarkOfAReplay() {
		assertThat(post("/orders").getResponses()).containsKeys("400", "409", "413", "422", "503");
		post("/orders").getResponses().forEach((status, response) -> {
			if (status.startsWith("2")) {
				assertThat(response.getHeaders()).containsKey("Idempotent-Replayed");
			}
			else {
				assertThat(response.getContent().get("application/problem+json").getSchema().get$ref())
					.isEqualTo("#/components/schemas/IdempotencyProblem");
			}
		});
		assertThat(post("/orders").getResponses().get("409").getHeaders()).containsKey("Retry-After");
		io.swagger.v3.oas.models.media.Schema<?> problem = document.getComponents()
			.getSchemas()
			.get("IdempotencyProblem");
		Set<String> members = problem.getProperties().keySet();
		assertThat(members).contains("type", "code", "retryable");
	}

	@Test
	void theOperationAndItsTtlArePublished() {
		assertThat(post("/own-words").getExtensions().get("x-idempotency"))
			.isEqualTo(Map.of("operation", "own.words", "ttl", "PT1H", "required", true));
	}

	@Test
	void aHandlerThatIsNotAnnotatedIsLeftAlone() {
		assertThat(post("/plain").getParameters()).isNull();
		assertThat(post("/plain").getResponses()).containsOnlyKeys("200");
	}

	@Test
	void whatTheApplicationSaysStays() {
		Operation operation = post("/own-words");
		assertThat(operation.getParameters()).singleElement()
			.satisfies((parameter) -> assertThat(parameter.getDescription()).isEqualTo("In our own words"));
		assertThat(operation.getResponses().get("409").getDescription()).isEqualTo("Our own conflict");
		assertThat(operation.getResponses()).containsKey("422");
	}

}
