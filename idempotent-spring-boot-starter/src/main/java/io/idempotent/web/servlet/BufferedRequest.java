package io.idempotent.web.servlet;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.Map;

import io.idempotent.web.BodyTooLargeException;
import io.idempotent.web.request.ReplayableBody;
import io.idempotent.web.request.RequestContent;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import org.jspecify.annotations.Nullable;

import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.util.StringUtils;

/**
 * A request whose body can be read for its fingerprint, and once more by its handler.
 * Untouched until somebody asks for the fingerprint.
 */
final class BufferedRequest extends HttpServletRequestWrapper {

	private final ReplayableBody kept;

	private final boolean keeping;

	/** Whether others read the body, of which nothing is kept. */
	private boolean lost;

	private byte @Nullable [] body;

	private @Nullable BodyStream stream;

	private @Nullable BufferedReader reader;

	private @Nullable Map<String, String[]> parameters;

	private final RecordingResponse response;

	/**
	 * Wraps a request.
	 * @param bytesToKeep how much is kept of what others read before it is compared
	 */
	BufferedRequest(HttpServletRequest request, RecordingResponse response, long bytesToKeep) {
		super(request);
		this.response = response;
		this.keeping = bytesToKeep > 0;
		this.kept = new ReplayableBody(bytesToKeep);
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
	 * Reads the whole body, of which others may have read something.
	 * @throws BodyTooLargeException if it has more bytes than the limit
	 */
	byte[] body(long limit) throws IOException {
		if (this.body == null) {
			if (this.lost) {
				throw new IllegalStateException(
						"A filter behind idempotencyFilter, which has -99, has read the body and given the request its key: order it before");
			}
			if (getContentLengthLong() > limit) {
				throw new BodyTooLargeException(limit);
			}
			BodyStream source = (this.stream != null) ? this.stream : new BodyStream();
			byte[] before = this.kept.toByteArray();
			byte[] rest = source.source().readNBytes((int) Math.min(limit + 1 - before.length, Integer.MAX_VALUE - 8));
			if (before.length + rest.length > limit) {
				throw new BodyTooLargeException(limit);
			}
			byte[] body = Arrays.copyOf(before, before.length + rest.length);
			System.arraycopy(rest, 0, body, before.length, rest.length);
			this.body = body;
		}
		return this.body;
	}

	@Override
	public ServletInputStream getInputStream() throws IOException {
		if (this.body == null && !this.keeping) {
			this.lost = true;
			return super.getInputStream();
		}
		if (this.stream == null) {
			this.stream = new BodyStream();
		}
		return this.stream;
	}

	/**
	 * The parameters that the body has as a form; none before it is read, or if others
	 * have made parameters of it.
	 */
	MultiValueMap<String, String> form() {
		byte[] body = this.body;
		if (body == null || !RequestContent.isForm(RequestContent.typeOf(getContentType()))) {
			return new LinkedMultiValueMap<>();
		}
		return RequestContent.parameters(body, charset());
	}

	/**
	 * Whether the container makes parameters of a form, which servlets do for POST.
	 */
	boolean isFormParsed() {
		return getMethod().equals("POST");
	}

	private Charset charset() {
		String encoding = getCharacterEncoding();
		return (encoding != null) ? Charset.forName(encoding) : StandardCharsets.ISO_8859_1;
	}

	/** The container has none of what has been read as a body. */
	@Override
	public Map<String, String[]> getParameterMap() {
		if (this.body == null || !isFormParsed()) {
			return super.getParameterMap();
		}
		if (this.parameters == null) {
			Map<String, String[]> parameters = new LinkedHashMap<>(super.getParameterMap());
			form().forEach((name, values) -> parameters.merge(name, values.toArray(String[]::new),
					StringUtils::concatenateStringArrays));
			this.parameters = Collections.unmodifiableMap(parameters);
		}
		return this.parameters;
	}

	@Override
	public @Nullable String getParameter(String name) {
		String[] values = getParameterValues(name);
		return (values != null) ? values[0] : null;
	}

	@Override
	public String @Nullable [] getParameterValues(String name) {
		return getParameterMap().get(name);
	}

	@Override
	public Enumeration<String> getParameterNames() {
		return Collections.enumeration(getParameterMap().keySet());
	}

	@Override
	public BufferedReader getReader() throws IOException {
		if (this.body == null && !this.keeping) {
			this.lost = true;
			return super.getReader();
		}
		if (this.reader == null) {
			this.reader = new BufferedReader(new InputStreamReader(getInputStream(), charset()));
		}
		return this.reader;
	}

	/**
	 * The body: from the container, what is read being kept, and from memory once all is
	 * there.
	 */
	private final class BodyStream extends ServletInputStream {

		private int position;

		private ServletInputStream source() throws IOException {
			return BufferedRequest.super.getInputStream();
		}

		@Override
		public int read() throws IOException {
			byte[] one = new byte[1];
			return (read(one, 0, 1) == 1) ? one[0] & 0xFF : -1;
		}

		@Override
		public int read(byte[] bytes, int offset, int length) throws IOException {
			byte[] body = BufferedRequest.this.body;
			int count;
			if (body != null) {
				count = Math.min(length, body.length - this.position);
				if (count == 0 && length > 0) {
					return -1;
				}
				System.arraycopy(body, this.position, bytes, offset, count);
			}
			else {
				count = source().read(bytes, offset, length);
				if (count <= 0) {
					return count;
				}
				BufferedRequest.this.kept.add(bytes, offset, count);
			}
			this.position += count;
			return count;
		}

		@Override
		public int available() throws IOException {
			byte[] body = BufferedRequest.this.body;
			return (body != null) ? body.length - this.position : source().available();
		}

		@Override
		public boolean isFinished() {
			byte[] body = BufferedRequest.this.body;
			try {
				return (body != null) ? this.position == body.length : source().isFinished();
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

		@Override
		public boolean isReady() {
			try {
				return BufferedRequest.this.body != null || source().isReady();
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

		@Override
		public void setReadListener(ReadListener listener) {
			if (BufferedRequest.this.body != null) {
				throw new IllegalStateException("The body of a request with an idempotency key has been read already");
			}
			try {
				source().setReadListener(listener);
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

	}

}
