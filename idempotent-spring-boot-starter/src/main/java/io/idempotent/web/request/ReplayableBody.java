package io.idempotent.web.request;

import java.io.ByteArrayOutputStream;

import io.idempotent.web.BodyTooLargeException;

/**
 * What of a body was read before it is compared, up to a limit.
 */
public final class ReplayableBody {

	private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

	private final long limit;

	private boolean overflown;

	public ReplayableBody(long limit) {
		this.limit = limit;
	}

	public synchronized void add(byte[] read, int offset, int length) {
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
	public synchronized byte[] toByteArray() {
		if (this.overflown) {
			throw new BodyTooLargeException(this.limit);
		}
		return this.bytes.toByteArray();
	}

}
