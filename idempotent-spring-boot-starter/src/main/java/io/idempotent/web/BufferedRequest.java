package io.idempotent.web;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import org.jspecify.annotations.Nullable;

/**
 * A request whose body can be read for its fingerprint, and once more by its handler.
 * Untouched until somebody asks for the fingerprint.
 */
final class BufferedRequest extends HttpServletRequestWrapper {

	private byte @Nullable [] body;

	private @Nullable ServletInputStream stream;

	private @Nullable BufferedReader reader;

	private final RecordingResponse response;

	BufferedRequest(HttpServletRequest request, RecordingResponse response) {
		super(request);
		this.response = response;
	}

	/**
	 * A handler that goes on by itself writes to the response of the container, where
	 * nothing can be held back. Spring, which does not, names the response to go on with.
	 */
	@Override
	public AsyncContext startAsync() {
		try {
			this.response.passThrough();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return super.startAsync();
	}

	/**
	 * Reads the whole body.
	 * @throws BodyTooLargeException if it has more bytes than the limit
	 */
	byte[] body(long limit) throws IOException {
		byte[] body = this.body;
		if (body == null) {
			if (getContentLengthLong() > limit) {
				throw new BodyTooLargeException(limit);
			}
			body = super.getInputStream().readNBytes((int) Math.min(limit + 1, Integer.MAX_VALUE - 8));
			if (body.length > limit) {
				throw new BodyTooLargeException(limit);
			}
			this.body = body;
		}
		return body;
	}

	@Override
	public ServletInputStream getInputStream() throws IOException {
		if (this.body == null) {
			return super.getInputStream();
		}
		if (this.stream == null) {
			this.stream = new BodyStream(this.body);
		}
		return this.stream;
	}

	@Override
	public BufferedReader getReader() throws IOException {
		if (this.body == null) {
			return super.getReader();
		}
		if (this.reader == null) {
			String encoding = getCharacterEncoding();
			this.reader = new BufferedReader(new InputStreamReader(getInputStream(),
					(encoding != null) ? encoding : StandardCharsets.ISO_8859_1.name()));
		}
		return this.reader;
	}

	private static final class BodyStream extends ServletInputStream {

		private final ByteArrayInputStream body;

		private BodyStream(byte[] body) {
			this.body = new ByteArrayInputStream(body);
		}

		@Override
		public int read() {
			return this.body.read();
		}

		@Override
		public int read(byte[] bytes, int offset, int length) {
			return this.body.read(bytes, offset, length);
		}

		@Override
		public int available() {
			return this.body.available();
		}

		@Override
		public boolean isFinished() {
			return this.body.available() == 0;
		}

		@Override
		public boolean isReady() {
			return true;
		}

		@Override
		public void setReadListener(ReadListener listener) {
			throw new IllegalStateException("The body of a request with an idempotency key has been read already");
		}

	}

}
