package io.idempotent.web;

import java.util.ArrayList;
import java.util.List;
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
public final class BlockedThreads {

	private static final Queue<BlockingOperationError> found = new ConcurrentLinkedQueue<>();

	private static final boolean watched = Boolean.getBoolean("idempotent.blockhound");

	static {
		if (watched) {
			BlockHound.install((builder) -> builder
				// Hibernate Validator looks for messages and for JPA on the class path
				.allowBlockingCallsInside("org.hibernate.validator.internal.engine.ValidatorImpl", "validate")
				// read /dev/urandom, which never blocks
				.allowBlockingCallsInside("java.util.UUID", "randomUUID")
				.allowBlockingCallsInside("java.security.SecureRandom", "nextBytes")
				// springdoc scans the class path when the document is asked for first
				.allowBlockingCallsInside("org.springdoc.api.AbstractOpenApiResource", "getOpenApi")
				// loads the library for zstd, which Kafka brings, with the first
				// compressed answer
				.allowBlockingCallsInside("io.netty.handler.codec.http.HttpContentDecompressor", "newContentDecoder")
				// locks that are held for an instant
				.allowBlockingCallsInside("io.netty.buffer.AdaptivePoolingAllocator", "allocate")
				.allowBlockingCallsInside("java.util.concurrent.ThreadPoolExecutor", "execute")
				.allowBlockingCallsInside("tools.jackson.databind.deser.DeserializerCache",
						"_createAndCacheValueDeserializer")
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
	public static boolean watch() {
		return watched;
	}

	public static void assertNone() {
		List<BlockingOperationError> errors = new ArrayList<>();
		for (BlockingOperationError error = found.poll(); error != null; error = found.poll()) {
			errors.add(error);
		}
		assertThat(errors).isEmpty();
	}

	public static BlockingOperationError take() {
		return found.remove();
	}

}
