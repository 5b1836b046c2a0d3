package io.idempotent.web;

import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.util.FastByteArrayOutputStream;

/**
 * A response that holds its body back until the answer is recorded. Passes everything on
 * until it is told to record, and from the moment on in which the body gets too large to
 * be recorded. Long because a response can be written in many ways.
 */
final class RecordingResponse extends HttpServletResponseWrapper {

	private final FastByteArrayOutputStream body = new FastByteArrayOutputStream();

	private long limit;

	private boolean holding;

	private boolean passedThrough;

	/** As the handler says it, -1 if it does not. */
	private long contentLength = -1;

	private @Nullable ResponseHeaders headers;

	private @Nullable String error;

	private @Nullable ServletOutputStream stream;

	private @Nullable PrintWriter writer;

	RecordingResponse(HttpServletResponse response) {
		super(response);
	}

	/**
	 * From now on holds the body back.
	 * @param limit the maximum number of bytes
	 */
	void record(long limit) {
		this.limit = limit;
		this.holding = true;
		this.headers = ResponseHeaders.of(headersNow());
	}

	/**
	 * What is to be recorded.
	 */
	Object outcome() {
		return this.passedThrough ? RecordedResponse.STREAMED : recorded();
	}

	private RecordedResponse recorded() {
		flushWriter();
		return new RecordedResponse(getStatus(), Objects.requireNonNull(this.headers).addedTo(headersNow()),
				this.body.toByteArrayUnsafe(), this.error);
	}

	/** A container may name a header twice. */
	private Map<String, List<String>> headersNow() {
		Map<String, List<String>> headers = new LinkedHashMap<>();
		getHeaderNames().forEach((name) -> headers.putIfAbsent(name, List.copyOf(getHeaders(name))));
		return headers;
	}

	/**
	 * Sends what was held back.
	 */
	void send() throws IOException {
		flushWriter();
		if (!this.holding) {
			return;
		}
		this.holding = false;
		if (this.error != null) {
			super.sendError(getStatus(), this.error);
		}
		else if (this.body.size() > 0) {
			super.setContentLengthLong(this.body.size());
			this.body.writeTo(super.getOutputStream());
		}
	}

	/**
	 * Forgets what was held back: something else is sent instead.
	 */
	void discard() {
		if (this.holding) {
			recorded().headers().forEach((header) -> super.setHeader(header.name(), null));
			clear();
		}
		this.error = null;
		this.holding = false;
	}

	/** Also what a writer still has. */
	private void clear() {
		flushWriter();
		this.body.reset();
		this.contentLength = -1;
	}

	private void flushWriter() {
		if (this.writer != null) {
			this.writer.flush();
		}
	}

	/**
	 * Sends what was held back, and from now on everything at once: it cannot be
	 * recorded.
	 */
	synchronized void passThrough() throws IOException {
		if (!this.holding || this.error != null) {
			return;
		}
		this.passedThrough = true;
		this.holding = false;
		if (this.contentLength >= 0) {
			super.setContentLengthLong(this.contentLength);
		}
		this.body.writeTo(super.getOutputStream());
		this.body.reset();
		flushWriter();
	}

	private synchronized void write(byte[] bytes, int offset, int length) throws IOException {
		if (this.holding && (this.body.size() + (long) length > this.limit || StreamTypes.contains(getContentType()))) {
			passThrough();
		}
		if (this.error != null) {
			return;
		}
		if (this.holding) {
			this.body.write(bytes, offset, length);
		}
		else {
			super.getOutputStream().write(bytes, offset, length);
		}
	}

	@Override
	public ServletOutputStream getOutputStream() throws IOException {
		if (!this.holding && this.stream == null) {
			return super.getOutputStream();
		}
		if (this.stream == null) {
			this.stream = new HeldStream();
		}
		return this.stream;
	}

	@Override
	public PrintWriter getWriter() throws IOException {
		if (!this.holding && this.writer == null) {
			return super.getWriter();
		}
		if (this.writer == null) {
			// says the charset in the header, as the writer of a container does
			setCharacterEncoding(getCharacterEncoding());
			this.writer = new PrintWriter(new OutputStreamWriter(getOutputStream(), getCharacterEncoding()));
		}
		return this.writer;
	}

	@Override
	public void setContentLength(int length) {
		setContentLengthLong(length);
	}

	/** Not before it is known what is sent. */
	@Override
	public void setContentLengthLong(long length) {
		if (this.holding) {
			this.contentLength = length;
		}
		else {
			super.setContentLengthLong(length);
		}
	}

	@Override
	public void setHeader(String name, @Nullable String value) {
		if (isHeldLength(name)) {
			this.contentLength = (value != null) ? Long.parseLong(value) : -1;
		}
		else {
			super.setHeader(name, value);
		}
	}

	@Override
	public void addHeader(String name, String value) {
		if (isHeldLength(name)) {
			setHeader(name, value);
		}
		else {
			super.addHeader(name, value);
		}
	}

	private boolean isHeldLength(String name) {
		return this.holding && HttpHeaders.CONTENT_LENGTH.equalsIgnoreCase(name);
	}

	@Override
	public void flushBuffer() throws IOException {
		flushWriter();
		if (!this.holding) {
			super.flushBuffer();
		}
	}

	@Override
	public boolean isCommitted() {
		return super.isCommitted() || this.error != null;
	}

	@Override
	public void resetBuffer() {
		if (this.holding) {
			clear();
		}
		else {
			super.resetBuffer();
		}
	}

	@Override
	public void reset() {
		clear();
		super.reset();
		this.error = null;
	}

	@Override
	public void sendError(int status) throws IOException {
		if (this.holding) {
			sendError(status, "");
		}
		else {
			super.sendError(status);
		}
	}

	@Override
	public void sendError(int status, String message) throws IOException {
		if (!this.holding) {
			super.sendError(status, message);
			return;
		}
		if (isCommitted()) {
			throw new IllegalStateException("The response is committed");
		}
		setStatus(status);
		clear();
		this.error = Objects.requireNonNullElse(message, "");
	}

	@Override
	public void sendRedirect(String location) throws IOException {
		sendRedirect(location, SC_FOUND, true);
	}

	@Override
	public void sendRedirect(String location, int status) throws IOException {
		sendRedirect(location, status, true);
	}

	@Override
	public void sendRedirect(String location, boolean clearBuffer) throws IOException {
		sendRedirect(location, SC_FOUND, clearBuffer);
	}

	@Override
	public void sendRedirect(String location, int status, boolean clearBuffer) throws IOException {
		if (!this.holding) {
			super.sendRedirect(location, status, clearBuffer);
			return;
		}
		if (clearBuffer) {
			resetBuffer();
		}
		setStatus(status);
		setHeader(HttpHeaders.LOCATION, location);
	}

	private final class HeldStream extends ServletOutputStream {

		@Override
		public void write(int value) throws IOException {
			RecordingResponse.this.write(new byte[] { (byte) value }, 0, 1);
		}

		@Override
		public void write(byte[] bytes, int offset, int length) throws IOException {
			RecordingResponse.this.write(bytes, offset, length);
		}

		@Override
		public void flush() throws IOException {
			if (!RecordingResponse.this.holding) {
				RecordingResponse.super.getOutputStream().flush();
			}
		}

		@Override
		public boolean isReady() {
			return true;
		}

		@Override
		public void setWriteListener(WriteListener listener) {
			throw new IllegalStateException(
					"The response of a request with an idempotency key is not written asynchronously");
		}

	}

}
