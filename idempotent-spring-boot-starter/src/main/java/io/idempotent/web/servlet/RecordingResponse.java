package io.idempotent.web.servlet;

import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.Charset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

import io.idempotent.web.RecordedResponse;
import io.idempotent.web.RecordedResponse.Header;
import io.idempotent.web.request.ResponseHeaders;
import io.idempotent.web.request.StreamingMediaTypes;
import io.idempotent.web.request.WebSettings;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.util.FastByteArrayOutputStream;

/**
 * A response that holds its body back until the answer is recorded, or answers with what
 * was recorded, whatever is written meanwhile. Passes everything on until it is told to
 * do either, and from the moment on in which the body gets too large to be recorded. Long
 * because a response can be written in many ways.
 */
final class RecordingResponse extends HttpServletResponseWrapper {

	private final FastByteArrayOutputStream body = new FastByteArrayOutputStream();

	private final HttpServletRequest request;

	private long limit;

	private boolean holding;

	private boolean passedThrough;

	/** As the handler says it, -1 if it does not. */
	private long contentLength = -1;

	/** Whether it may be recorded, also after it was begun to be written. */
	private final boolean keyed;

	/** Those that stand around us and the handler, before either adds its own. */
	private final Map<String, List<String>> outside;

	private @Nullable ResponseHeaders headers;

	private @Nullable RecordedResponse replay;

	private @Nullable String error;

	/** A container takes nothing more after a redirect. */
	private boolean redirected;

	private @Nullable ServletOutputStream stream;

	private @Nullable PrintWriter writer;

	private @Nullable Writer encoder;

	private boolean draining;

	/** That of the encoder. */
	private @Nullable String charset;

	/**
	 * Wraps a response.
	 * @param request what it is the response to
	 * @param response the response
	 * @param keyed whether the request has a key, so that it may be recorded
	 */
	RecordingResponse(HttpServletRequest request, HttpServletResponse response, boolean keyed) {
		super(response);
		this.request = request;
		this.keyed = keyed;
		this.outside = keyed ? headersNow() : Map.of();
	}

	/**
	 * From now on holds the body back.
	 * @param limit the maximum number of bytes
	 */
	void record(long limit) {
		this.limit = limit;
		hold();
	}

	/**
	 * From now on swallows what is written: a recorded answer is sent in its place.
	 */
	void replay(RecordedResponse recorded) {
		this.replay = recorded;
		hold();
	}

	private void hold() {
		this.holding = true;
		this.headers = new ResponseHeaders(this.outside, headersNow());
	}

	/**
	 * What is to be recorded.
	 */
	Object outcome() {
		return this.passedThrough ? RecordedResponse.STREAMED : recorded();
	}

	private RecordedResponse recorded() {
		flushWriter();
		return new RecordedResponse(getStatus(), recordedHeaders(), this.body.toByteArrayUnsafe(), this.error);
	}

	/** A container may name a header twice. */
	private Map<String, List<String>> headersNow() {
		Map<String, List<String>> headers = new LinkedHashMap<>();
		getHeaderNames().forEach((name) -> headers.putIfAbsent(name, List.copyOf(getHeaders(name))));
		return headers;
	}

	/**
	 * Sends what was held back, or the recorded answer.
	 */
	void send() throws IOException {
		flushWriter();
		if (!this.holding) {
			return;
		}
		this.holding = false;
		RecordedResponse replay = this.replay;
		if (replay != null) {
			recordedHeaders().forEach((header) -> super.setHeader(header.name(), null));
			ServletReplay.write(replay, (HttpServletResponse) getResponse());
		}
		else if (this.error != null) {
			super.sendError(getStatus(), this.error);
		}
		else if (this.body.size() > 0) {
			if (getTrailerFields() == null) {
				super.setContentLengthLong(this.body.size());
			}
			this.body.writeTo(super.getOutputStream());
		}
	}

	private List<Header> recordedHeaders() {
		return Objects.requireNonNull(this.headers).addedTo(headersNow());
	}

	/**
	 * Forgets what was held back: something else is sent instead.
	 */
	void discard() {
		if (this.holding) {
			recordedHeaders().forEach((header) -> super.setHeader(header.name(), null));
			super.setHeader(WebSettings.REPLAYED_HEADER, null);
			clear();
		}
		this.replay = null;
		this.error = null;
		this.redirected = false;
		this.holding = false;
	}

	/** Also what a writer still has. */
	private void clear() {
		flushWriter();
		this.body.reset();
		this.contentLength = -1;
	}

	/** Into the buffer: that does not send it. */
	private void flushWriter() {
		if (this.writer != null) {
			this.draining = true;
			this.writer.flush();
			this.draining = false;
		}
	}

	/**
	 * Sends what was held back, and from now on everything at once: it cannot be
	 * recorded.
	 */
	synchronized void passThrough() throws IOException {
		flushWriter();
		stopHolding();
	}

	private void stopHolding() throws IOException {
		if (!this.holding || this.error != null || this.replay != null) {
			return;
		}
		this.passedThrough = true;
		this.holding = false;
		if (this.contentLength >= 0) {
			super.setContentLengthLong(this.contentLength);
		}
		this.body.writeTo(super.getOutputStream());
		this.body.reset();
	}

	private synchronized void write(byte[] bytes, int offset, int length) throws IOException {
		if (this.holding
				&& (this.body.size() + (long) length > this.limit || StreamingMediaTypes.contains(getContentType()))) {
			stopHolding();
		}
		if (this.error != null || this.redirected || this.replay != null) {
			return;
		}
		if (this.holding) {
			this.body.write(bytes, offset, length);
		}
		else {
			super.getOutputStream().write(bytes, offset, length);
		}
	}

	/** Also if a filter behind ours has given the request its key. */
	private boolean isWrapped() {
		return this.keyed || this.holding || this.stream != null || this.writer != null;
	}

	@Override
	public ServletOutputStream getOutputStream() throws IOException {
		if (!isWrapped()) {
			return super.getOutputStream();
		}
		if (this.stream == null) {
			this.stream = new HeldStream();
		}
		return this.stream;
	}

	@Override
	public PrintWriter getWriter() throws IOException {
		if (!isWrapped()) {
			return super.getWriter();
		}
		if (this.writer == null) {
			this.writer = new PrintWriter(new HeldWriter());
		}
		var unused = encoder();
		return this.writer;
	}

	private Writer encoder() throws IOException {
		if (this.encoder == null) {
			// says the charset in the header, as the writer of a container does
			String charset = getCharacterEncoding();
			super.setCharacterEncoding(charset);
			this.encoder = new OutputStreamWriter(getOutputStream(), charset);
			this.charset = charset;
		}
		return this.encoder;
	}

	/** Which a writer has fixed. */
	private void keepCharset() {
		if (this.charset != null) {
			super.setCharacterEncoding(this.charset);
		}
	}

	@Override
	public void setContentType(@Nullable String type) {
		super.setContentType(type);
		keepCharset();
	}

	@Override
	public void setCharacterEncoding(@Nullable String encoding) {
		super.setCharacterEncoding(encoding);
		keepCharset();
	}

	@Override
	public void setCharacterEncoding(@Nullable Charset encoding) {
		super.setCharacterEncoding(encoding);
		keepCharset();
	}

	/** A container may keep the language apart from the headers. */
	@Override
	public void setLocale(@Nullable Locale locale) {
		super.setLocale(locale);
		keepCharset();
		if (!isCommitted()) {
			super.setHeader(HttpHeaders.CONTENT_LANGUAGE, (locale != null) ? locale.toLanguageTag() : null);
		}
	}

	/**
	 * Answers that are recorded carry no session id: a retry may have another session.
	 */
	@Override
	public String encodeURL(String url) {
		return this.holding ? url : super.encodeURL(url);
	}

	@Override
	public String encodeRedirectURL(String url) {
		return this.holding ? url : super.encodeRedirectURL(url);
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
			keepCharset();
		}
	}

	@Override
	public void addHeader(String name, String value) {
		if (isHeldLength(name)) {
			setHeader(name, value);
		}
		else {
			super.addHeader(name, value);
			keepCharset();
		}
	}

	@Override
	public void setIntHeader(String name, int value) {
		setHeader(name, String.valueOf(value));
	}

	@Override
	public void addIntHeader(String name, int value) {
		addHeader(name, String.valueOf(value));
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
		return super.isCommitted() || this.error != null || this.redirected;
	}

	@Override
	public void resetBuffer() {
		if (this.holding) {
			clear();
		}
		else {
			flushWriter();
			super.resetBuffer();
		}
	}

	@Override
	public void reset() {
		flushWriter();
		super.reset();
		clear();
		this.encoder = null;
		this.charset = null;
		this.error = null;
		this.redirected = false;
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
		setHeader(HttpHeaders.LOCATION, ContainerRedirect.locationOf(location, this.request, getResponse()));
		flushWriter();
		this.redirected = true;
	}

	@Override
	public void setStatus(int status) {
		if (this.error == null && !this.redirected) {
			super.setStatus(status);
		}
	}

	/** Stays the same after a reset, as others may keep it. */
	private final class HeldWriter extends Writer {

		@Override
		public void write(char[] text, int offset, int length) throws IOException {
			encoder().write(text, offset, length);
		}

		@Override
		public void flush() throws IOException {
			Writer encoder = RecordingResponse.this.encoder;
			if (encoder != null) {
				encoder.flush();
			}
		}

		@Override
		public void close() throws IOException {
			flush();
		}

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
			if (!RecordingResponse.this.holding && !RecordingResponse.this.draining) {
				RecordingResponse.super.getOutputStream().flush();
			}
		}

		@Override
		public boolean isReady() {
			try {
				return RecordingResponse.this.holding || RecordingResponse.super.getOutputStream().isReady();
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

		@Override
		public void setWriteListener(WriteListener listener) {
			if (RecordingResponse.this.holding) {
				throw new IllegalStateException(
						"The response of a request with an idempotency key is not written asynchronously");
			}
			try {
				RecordingResponse.super.getOutputStream().setWriteListener(listener);
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

	}

}
