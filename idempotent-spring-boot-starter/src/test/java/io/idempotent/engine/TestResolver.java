package io.idempotent.engine;

import java.util.function.Function;

import io.idempotent.AbandonedAttempt;
import io.idempotent.AbandonedExecutionResolver;
import io.idempotent.Resolution;

/**
 * Answers as a test says.
 */
record TestResolver(Function<AbandonedAttempt, Resolution> answer) implements AbandonedExecutionResolver {

	@Override
	public boolean supports(String operation) {
		return operation.equals("test");
	}

	@Override
	public Resolution resolve(AbandonedAttempt attempt) {
		return this.answer.apply(attempt);
	}

}
