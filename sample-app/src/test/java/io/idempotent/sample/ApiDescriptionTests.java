package io.idempotent.sample;

import java.util.Objects;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.test.web.servlet.client.RestTestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The OpenAPI document and the page that shows it, to anybody.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = "sample.data-dir=./target/test-data/${random.uuid}")
@AutoConfigureRestTestClient
class ApiDescriptionTests {

	@Autowired
	private RestTestClient client;

	@Test
	void usersCanAuthorize() {
		JsonNode scheme = document().at("/components/securitySchemes/basicAuth");
		assertThat(scheme.path("type").asString()).isEqualTo("http");
		assertThat(scheme.path("scheme").asString()).isEqualTo("basic");
	}

	@ParameterizedTest
	@EnumSource
	void aWriteWithAKeyOfTheClientNeedsAUser(Write write) {
		JsonNode operation = document().path("paths").path(write.path).path("post");
		assertThat(operation.path("security").findValues("basicAuth")).hasSize(1);
		assertThat(operation.path("requestBody").path("content").has("application/json")).isTrue();
		assertThat(operation.path("parameters").findValuesAsString("name")).containsExactly("Idempotency-Key");
		assertThat(operation.path("responses").has("422")).isTrue();
		// the user is not a parameter
		assertThat(operation.toString()).doesNotContain("rincipal");
	}

	@Test
	void theExecuteApiNeedsAUserAndNamesItsOperations() {
		JsonNode execute = document().path("paths").path("/v1/idempotency/execute").path("post");
		assertThat(execute.path("security").findValues("basicAuth")).hasSize(1);
		assertThat(execute.path("parameters").findValuesAsString("name")).containsExactly("Idempotency-Key");
		assertThat(execute.at("/requestBody/content/application~1json/schema/properties/operation/enum")
			.valueStream()
			.map(JsonNode::asString)).containsExactlyInAnyOrder("user.create", "payment.charge", "email.send");
		assertThat(execute.path("responses").propertyNames()).contains("200", "202", "422", "503");
		assertThat(execute.path("summary").asString()).isNotBlank();
	}

	@Test
	void anOpenOperationNeedsNone() {
		JsonNode operation = document().path("paths").path("/contracts/{workflowId}/calls").path("post");
		assertThat(operation.isMissingNode()).isFalse();
		assertThat(operation.has("security")).isFalse();
	}

	@Test
	void theDocumentHasAPage() {
		String location = Objects.requireNonNull(this.client.get()
			.uri("/swagger-ui.html")
			.exchange()
			.expectStatus()
			.isFound()
			.expectBody()
			.returnResult()
			.getResponseHeaders()
			.getFirst("Location"));
		assertThat(get(location)).contains("Swagger UI");
	}

	private JsonNode document() {
		return new JsonMapper().readTree(get("/v3/api-docs"));
	}

	private String get(String uri) {
		return Objects.requireNonNull(this.client.get()
			.uri(uri)
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody(String.class)
			.returnResult()
			.getResponseBody());
	}

}
