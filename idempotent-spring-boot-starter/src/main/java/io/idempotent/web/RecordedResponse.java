package io.idempotent.web;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

import io.idempotent.engine.outcome.UnavailableResult;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;

/**
 * What is recorded of a request: the answer as the handler made it.
 *
 * @param status the status
 * @param headers the headers that the handler has set
 * @param body the bytes of the body
 * @param error the message of an error that the container renders, null if the body is
 * the handler's own
 */
@SuppressWarnings("ArrayRecordComponent") // compared by content below
public record RecordedResponse(int status, List<Header> headers, byte[] body, @Nullable String error) {

	/** In place of an answer that nobody could hold back. */
	public static final UnavailableResult STREAMED = new UnavailableResult(
			"The answer was sent as it came, as it was larger than idempotent.max-result-size, or a stream.");

	/**
	 * Creates an answer, for an abandoned request whose outcome is found out.
	 * @param status the status
	 * @param headers the headers
	 * @param body the bytes of the body
	 * @return the answer
	 */
	public static RecordedResponse of(HttpStatusCode status, HttpHeaders headers, byte[] body) {
		List<Header> list = new ArrayList<>();
		headers.forEach((name, values) -> list.add(new Header(name, List.copyOf(values))));
		return new RecordedResponse(status.value(), list, body, null);
	}

	/**
	 * Creates an error that the container renders.
	 */
	public static RecordedResponse ofError(int status) {
		return new RecordedResponse(status, List.of(), new byte[0], "");
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof RecordedResponse response && this.status == response.status
				&& this.headers.equals(response.headers) && Arrays.equals(this.body, response.body)
				&& Objects.equals(this.error, response.error);
	}

	@Override
	public int hashCode() {
		return Objects.hash(this.status, this.headers, Arrays.hashCode(this.body), this.error);
	}

	/** Nothing of the body: it ends up in logs. */
	@Override
	public String toString() {
		return "%s with %s bytes".formatted(this.status, this.body.length);
	}

	/**
	 * A header.
	 *
	 * @param name its name
	 * @param values its values, in order
	 */
	public record Header(String name, List<String> values) {

	}

}
