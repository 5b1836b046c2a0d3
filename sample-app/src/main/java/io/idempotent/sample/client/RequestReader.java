package io.idempotent.sample.client;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads one request from a connection.
 */
final class RequestReader {

	private static final Pattern CONTENT_LENGTH = Pattern.compile("(?i)\r\ncontent-length: *(\\d+)\r\n");

	private RequestReader() {
	}

	/**
	 * Reads a request whose body, if any, has a Content-Length.
	 * @return the request, which asks the server to close the connection after its answer
	 */
	static byte[] read(InputStream stream) throws IOException {
		StringBuilder head = new StringBuilder();
		while (head.indexOf("\r\n\r\n", Math.max(0, head.length() - 4)) < 0) {
			int next = stream.read();
			if (next < 0) {
				throw new EOFException();
			}
			head.append((char) next);
		}
		Matcher length = CONTENT_LENGTH.matcher(head);
		ByteArrayOutputStream request = new ByteArrayOutputStream();
		request.writeBytes(head.toString()
			.replaceFirst("\r\n", "\r\nConnection: close\r\n")
			.getBytes(StandardCharsets.ISO_8859_1));
		if (length.find()) {
			request.write(stream.readNBytes(Integer.parseInt(length.group(1))));
		}
		return request.toByteArray();
	}

}
