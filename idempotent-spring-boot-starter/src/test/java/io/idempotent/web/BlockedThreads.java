package io.idempotent.web;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import reactor.blockhound.BlockHound;
import reactor.blockhound.BlockingOperationError;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Finds calls that block threads which must not be blocked: those of Netty, and the
 * parallel ones of Reactor. Only where the JVM has been told to allow it, as the build
 * does.
 */
final class BlockedThreads {

	private static final Queue<BlockingOperationError> found = new ConcurrentLinkedQueue<>();

	private static final boolean watched = Boolean.getBoolean("idempotent.blockhound");

	static {
		if (watched) {
			// messages of validation, which are read from their file once
			BlockHound.install((builder) -> builder.allowBlockingCallsInside("java.util.ResourceBundle", "getBundle")
				.blockingMethodCallback((method) -> {
					BlockingOperationError error = new BlockingOperationError(method);
					found.add(error);
					throw error;
				}));
		}
	}

	private BlockedThreads() {
	}

	/** From now on calls are found. */
	static boolean watch() {
		return watched;
	}

	static void assertNone() {
		assertThat(found).isEmpty();
	}

	static BlockingOperationError take() {
		return found.remove();
	}

}
