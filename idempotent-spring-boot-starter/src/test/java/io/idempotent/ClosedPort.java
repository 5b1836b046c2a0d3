package io.idempotent;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/**
 * A port that refuses connections. It is taken, so that no other server gets it, and no
 * client connects to itself.
 */
public final class ClosedPort implements AutoCloseable {

	private final Socket bound = new Socket();

	public ClosedPort() throws IOException {
		this.bound.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
	}

	public int number() {
		return this.bound.getLocalPort();
	}

	@Override
	public void close() throws IOException {
		this.bound.close();
	}

}
