package io.idempotent.web;

import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * That blocked threads are found, so that it means something if there are none: each
 * application under test asks for them when it is closed.
 */
class BlockedThreadsTests {

	@Test
	void aCallThatBlocksIsFound() {
		assertThat(BlockedThreads.watch()).as("system property idempotent.blockhound").isTrue();
		StepVerifier.create(Mono.fromCallable(() -> {
			Thread.sleep(1);
			return "";
		}).subscribeOn(Schedulers.parallel())).expectError().verify();
		assertThat(BlockedThreads.take()).hasMessageContaining("Thread.sleep");
		BlockedThreads.assertNone();
	}

}
