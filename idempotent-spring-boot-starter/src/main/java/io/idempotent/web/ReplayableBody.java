package io.idempotent.web;

import java.io.ByteArrayOutputStream;

/**
 * What of a body was read before it is compared, up to a limit.
 */
final class ReplayableBody {

	private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

	private final long limit;

	private boolean overflown;

	ReplayableBody(long limit) {
		this.limit = limit;
	}

	synchronized void add(byte[] read, int offset, int length) {
		if (this.overflown || this.bytes.size() + (long) length > this.limit) {
			this.overflown = true;
			this.bytes.reset();
		}
		else {
			this.bytes.write(read, offset, length);
		}
	}

	/**
	 * The bytes.
	 * @throws BodyTooLargeException if there were more than the limit
	 */
	synchronized byte[] toByteArray() {
		if (this.overflown) {
			throw new BodyTooLargeException(this.limit);
		}
		return this.bytes.toByteArray();
	}

}
