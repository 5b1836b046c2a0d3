package io.idempotent.web;

import java.util.UUID;

import io.idempotent.database.TestDatabase;
import io.idempotent.web.TestClient.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Filters of an application that change answers, over a real port.
 */
@ParameterizedClass
@EnumSource(WebStack.class)
class ChangingFilterTests {

	private static WebNode node;

	private final String key = UUID.randomUUID().toString();

	@Parameter
	WebStack stack;

	@BeforeParameterizedClassInvocation
	static void start(WebStack stack) {
		node = new WebNode(stack, TestDatabase.H2.createEmpty(), ChangingFilters.class);
	}

	@AfterParameterizedClassInvocation
	static void stop() {
		node.close();
	}

	private Answer order(String change, String request) {
		return node.post("/orders")
			.header(ChangingFilters.HEADER, change)
			.header("X-Request", request)
			.key(this.key)
			.body(TestClient.ORDER)
			.send();
	}

	@ParameterizedTest
	@ValueSource(strings = { "unordered", "lowest", "counting", "countingBefore", "highest", "servlet", "zip",
			"unordered counting zip", "highest countingBefore counting unordered lowest" })
	void whatFiltersMakeOfAnAnswerIsReplayedAndNotMadeAgain(String change) {
		int before = node.handlers.runs("create");
		Answer first = order(change, "1");
		Answer retry = order(change, "2");
		assertThat(retry.isReplayed()).isTrue();
		assertThat(retry.response().body()).isEqualTo(first.response().body());
		assertThat(retry.status()).isEqualTo(first.status());
		for (String header : new String[] { "Content-Type", "Content-Encoding", "Content-Length", "Location", "X-Order",
				"X-Changed-By", "ETag" }) {
			assertThat(retry.headers(header)).as(header).isEqualTo(first.headers(header));
		}
		assertThat(node.handlers.runs("create")).isEqualTo(before + 1);
	}

	@Test
	void aHeaderThatAFilterSetsBeforeTheHandlerIsThatOfItsOwnRequest() {
		assertThat(order("counting", "1").header("X-Live")).hasValue("live 1");
		Answer retry = order("counting", "2");
		assertThat(retry.isReplayed()).isTrue();
		assertThat(retry.header("X-Live")).hasValue("live 2");
	}

	@Test
	void anEncodingThatOnlyTheRetryWouldGetIsNotSaidOfTheRecordedBytes() {
		Answer first = order("unordered", "1");
		Answer retry = order("unordered zip", "2");
		assertThat(retry.isReplayed()).isTrue();
		assertThat(retry.header("Content-Encoding")).isEmpty();
		assertThat(retry.body()).isEqualTo(first.body());
	}

	@Test
	void anEncodingThatOnlyTheFirstGotIsSaidOfTheRecordedBytes() {
		Answer first = order("zip", "1");
		Answer retry = order("none", "2");
		assertThat(retry.isReplayed()).isTrue();
		assertThat(retry.header("Content-Encoding")).isEqualTo(first.header("Content-Encoding")).hasValue("gzip");
		assertThat(retry.response().body()).isEqualTo(first.response().body());
	}

	@Test
	void aRefusalPassesThroughTheFiltersLikeAnyAnswer() {
		order("unordered", "1");
		Answer reused = node.post("/orders").key(this.key).body("{\"item\": \"book\", \"amount\": 3}").send();
		assertThat(reused.status()).isEqualTo(422);
		assertThat(reused.isReplayed()).isFalse();
	}

}
