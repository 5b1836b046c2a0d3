package io.idempotent.client;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
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

	private final byte[] body;

	private final InputStream stream;

	private BufferedResponse(ClientHttpResponse response) throws IOException {
		this.status = response.getStatusCode();
		this.statusText = response.getStatusText();
		this.headers = response.getHeaders();
		byte[] bytes = response.getBody().readAllBytes();
		requireComplete(bytes.length);
		this.body = bytes;
		this.stream = new ByteArrayInputStream(bytes);
	}

	/**
	 * {@code HttpURLConnection} takes a connection that breaks off for the end of the
	 * body, and has no body of some errors. The length of an encoded body, which may have
	 * been decoded, is not known.
	 */
	private void requireComplete(long length) throws IOException {
		long expected = this.headers.getContentLength();
		if (length < expected && this.status.is2xxSuccessful()
				&& !this.headers.containsHeader(HttpHeaders.CONTENT_ENCODING)) {
			throw new EOFException("the answer ended after %s of %s bytes".formatted(length, expected));
		}
	}

	/**
	 * Reads an answer to its end and closes it.
	 */
	static BufferedResponse of(ClientHttpResponse response) throws IOException {
		try (response) {
			return new BufferedResponse(response);
		}
	}

	byte[] bytes() {
		return this.body;
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
		return this.stream;
	}

	@Override
	public void close() {
		// the connection has been given back already
	}

}
