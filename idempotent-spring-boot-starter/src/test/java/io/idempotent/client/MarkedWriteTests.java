package io.idempotent.client;

import java.util.List;
import java.util.UUID;

import io.idempotent.IdempotencyContext;
import io.idempotent.client.Caller.Request;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.http.HttpMethod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Which requests get a key, and which one; requests without a key are sent once.
 */
class MarkedWriteTests {

	private static final IdempotencyContext CONTEXT = new IdempotencyContext("alice", "order.place", "17", 1, 1);

	private static final String UUID_PATTERN = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

	@ParameterizedTest
	@EnumSource
	void theHeaderThatTheCallerHasSetIsTheKey(Caller caller) throws Exception {
		try (ScriptedService service = new ScriptedService(ScriptedService.CUT_BEFORE_ANSWERING,
				ScriptedService.DONE)) {
			Request request = Request.post()
				.header("Idempotency-Key", "mine")
				.marked(IdempotentRequest.key("attribute").andThen(IdempotentRequest.keyFor("stripe")));
			assertThat(CONTEXT.call(() -> caller.send(service, request)).getBody()).isEqualTo("done");
			assertThat(service.keys()).containsExactly(List.of("mine"), List.of("mine"));
		}
	}

	@ParameterizedTest
	@EnumSource
	void theKeyOfTheAttributeComesBeforeADerivedOne(Caller caller) throws Exception {
		try (ScriptedService service = new ScriptedService(ScriptedService.CUT_BEFORE_ANSWERING,
				ScriptedService.DONE)) {
			Request request = Request.post()
				.marked(IdempotentRequest.key("attribute").andThen(IdempotentRequest.keyFor("stripe")));
			CONTEXT.call(() -> caller.send(service, request));
			assertThat(service.keys()).containsExactly(List.of("attribute"), List.of("attribute"));
		}
	}

	@ParameterizedTest
	@EnumSource
	void twoAttemptsOfOneOperationSendTheSameDerivedKeyAndOtherOperationsOthers(Caller caller) throws Exception {
		try (ScriptedService service = new ScriptedService(ScriptedService.CUT_BEFORE_ANSWERING,
				ScriptedService.DONE)) {
			Request request = Request.post().marked(IdempotentRequest.keyFor("stripe"));
			CONTEXT.call(() -> caller.send(service, request));
			new IdempotencyContext("alice", "order.place", "17", 2, 9).call(() -> caller.send(service, request));
			new IdempotencyContext("alice", "order.place", "18", 1, 10).call(() -> caller.send(service, request));
			List<String> derived = List.of(CONTEXT.keyFor("stripe"));
			assertThat(service.keys()).hasSize(4)
				.startsWith(derived, derived, derived)
				.element(3)
				.isNotEqualTo(derived);
		}
	}

	@ParameterizedTest
	@EnumSource
	void aNameOutsideOfAnOperationGivesARandomKeyForAllAttemptsOfTheCall(Caller caller) throws Exception {
		assertRandomKeys(caller, Request.post().marked(IdempotentRequest.keyFor("stripe")));
	}

	@ParameterizedTest
	@EnumSource
	void aRandomKeyIsTheSameForAllAttemptsOfTheCall(Caller caller) throws Exception {
		assertRandomKeys(caller, Request.post().marked(IdempotentRequest.randomKey()));
	}

	@ParameterizedTest
	@EnumSource
	void everyWriteHasARandomKeyWhereThatWasAskedFor(Caller caller) throws Exception {
		assertRandomKeys(caller, Request.post().with(Request.fast().everyWrite()));
	}

	private static void assertRandomKeys(Caller caller, Request request) throws Exception {
		try (ScriptedService service = new ScriptedService(ScriptedService.CUT_BEFORE_ANSWERING, ScriptedService.DONE,
				ScriptedService.DONE)) {
			caller.send(service, request);
			caller.send(service, request);
			assertThat(service.keys()).hasSize(3)
				.allSatisfy((key) -> assertThat(key).singleElement().asString().matches(UUID_PATTERN));
			assertThat(service.keys().get(1)).isEqualTo(service.keys().get(0)).isNotEqualTo(service.keys().get(2));
		}
	}

	@ParameterizedTest
	@EnumSource
	void aWriteThatIsNotMarkedIsSentOnceWithoutAKey(Caller caller) throws Exception {
		try (ScriptedService service = new ScriptedService(ScriptedService.answer(503, "later", "Retry-After: 0"),
				ScriptedService.CUT_BEFORE_ANSWERING)) {
			assertThat(CONTEXT.call(() -> caller.send(service, Request.post())).getStatusCode().value()).isEqualTo(503);
			assertThatThrownBy(() -> CONTEXT.call(() -> caller.send(service, Request.post())));
			assertThat(service.keys()).containsExactly(List.of(), List.of());
			assertThat(service.connections()).isEqualTo(2);
		}
	}

	@ParameterizedTest
	@EnumSource
	void aReadIsSentOnceWithoutAKeyHoweverItIsMarked(Caller caller) throws Exception {
		try (ScriptedService service = new ScriptedService(ScriptedService.answer(503, "later", "Retry-After: 0"))) {
			Request request = Request.post()
				.with(HttpMethod.valueOf("QUERY"))
				.with(Request.fast().everyWrite())
				.marked(IdempotentRequest.key("k"));
			if (caller != Caller.REST_CLIENT_ON_URL_CONNECTION) {
				assertThat(caller.send(service, request).getStatusCode().value()).isEqualTo(503);
				assertThat(service.keys()).containsExactly(List.of());
			}
			int before = service.connections();
			assertThat(caller.send(service, request.with(HttpMethod.OPTIONS)).getStatusCode().value()).isEqualTo(503);
			assertThat(service.connections()).isEqualTo(before + 1);
			assertThat(service.keys()).allMatch(List::isEmpty);
		}
	}

	@ParameterizedTest
	@EnumSource
	void everyAttemptOfPutPatchAndDeleteHasKeyHeadersAndBody(Caller caller) throws Exception {
		for (HttpMethod method : List.of(HttpMethod.PUT, HttpMethod.DELETE, HttpMethod.PATCH)) {
			if (method.equals(HttpMethod.PATCH) && caller == Caller.REST_CLIENT_ON_URL_CONNECTION) {
				continue; // HttpURLConnection does not know it
			}
			try (ScriptedService service = new ScriptedService(ScriptedService.CUT_BEFORE_ANSWERING,
					ScriptedService.answer(503, ""), ScriptedService.DONE)) {
				caller.send(service,
						Request.post().with(method).header("X-Tenant", "t1").marked(IdempotentRequest.key("k")));
				assertThat(service.received()).hasSize(3).allSatisfy((received) -> {
					assertThat(received.method()).isEqualTo(method.name());
					assertThat(received.body()).isEqualTo("order");
					assertThat(received.headers().get("X-Tenant")).containsExactly("t1");
					assertThat(received.headers().get("Idempotency-Key")).containsExactly("k");
				});
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	void theHeaderMayHaveAnotherName(Caller caller) throws Exception {
		try (ScriptedService service = new ScriptedService(ScriptedService.CUT_BEFORE_ANSWERING,
				ScriptedService.DONE)) {
			Request request = Request.post()
				.with(Request.fast().header("X-Request-Key"))
				.marked((attributes) -> attributes.put(IdempotentRequest.KEY, new UUID(1, 2)));
			caller.send(service, request);
			assertThat(service.received()).allSatisfy((received) -> assertThat(received.headers().get("X-Request-Key"))
				.containsExactly(new UUID(1, 2).toString()));
			assertThat(service.keys()).containsExactly(List.of(), List.of());
		}
	}

	@ParameterizedTest
	@EnumSource
	void aKeyThatWouldChangeOnTheWayIsRefusedBeforeAnythingIsSent(Caller caller) throws Exception {
		try (ScriptedService service = new ScriptedService(ScriptedService.DONE)) {
			for (String key : List.of("", " ", "käse", "a\r\nX: y")) {
				assertThatIllegalArgumentException()
					.isThrownBy(() -> caller.send(service, Request.post().marked(IdempotentRequest.key(key))))
					.withMessageContaining("'Idempotency-Key'")
					.withMessageNotContaining("käse");
			}
			assertThatIllegalArgumentException()
				.isThrownBy(() -> caller.send(service, Request.post().header("Idempotency-Key", "")));
			assertThat(service.connections()).isZero();
		}
	}

	@Test
	void aReplayIsTold() throws Exception {
		try (ScriptedService service = new ScriptedService(ScriptedService.DONE,
				ScriptedService.answer(200, "done", "Idempotent-Replayed: true"))) {
			Request request = Request.post().marked(IdempotentRequest.key("k"));
			Caller caller = Caller.REST_CLIENT_ON_JDK;
			assertThat(IdempotentRequest.isReplayed(caller.send(service, request).getHeaders())).isFalse();
			assertThat(IdempotentRequest.isReplayed(caller.send(service, request).getHeaders())).isTrue();
		}
	}

}
