package io.idempotent.client;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.client.ClientHttpResponse;

/**
 * An answer whose body has arrived.
 */
final class BufferedResponse implements ClientHttpResponse {

	private final HttpStatusCode status;

	private final String statusText;

	private final HttpHeaders headers;

	private final InputStream body;

	private BufferedResponse(ClientHttpResponse response) throws IOException {
		this.status = response.getStatusCode();
		this.statusText = response.getStatusText();
		this.headers = response.getHeaders();
		this.body = new ByteArrayInputStream(response.getBody().readAllBytes());
	}

	/**
	 * Reads an answer to its end and closes it.
	 */
	static BufferedResponse of(ClientHttpResponse response) throws IOException {
		try (response) {
			return new BufferedResponse(response);
		}
	}

	@Override
	public HttpStatusCode getStatusCode() {
		return this.status;
	}

	@Override
	public String getStatusText() {
		return this.statusText;
	}

	@Override
	public HttpHeaders getHeaders() {
		return this.headers;
	}

	@Override
	public InputStream getBody() {
		return this.body;
	}

	@Override
	public void close() {
		// the connection has been given back already
	}

}
