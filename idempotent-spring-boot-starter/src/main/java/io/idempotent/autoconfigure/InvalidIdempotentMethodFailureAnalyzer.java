package io.idempotent.autoconfigure;

import java.util.function.Function;
import java.util.stream.Collectors;

import io.idempotent.interceptor.InvalidIdempotentMethodException;
import io.idempotent.interceptor.InvalidIdempotentMethodException.Problem;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Lists all annotated methods that would not be guarded, each with its remedy.
 */
final class InvalidIdempotentMethodFailureAnalyzer extends AbstractFailureAnalyzer<InvalidIdempotentMethodException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, InvalidIdempotentMethodException cause) {
		return new FailureAnalysis(
				list("@Idempotent would not guard every method it stands on:", cause,
						(problem) -> "%s: %s.".formatted(method(problem), problem.description())),
				list("Do this:", cause, (problem) -> "%s: %s.".formatted(method(problem), problem.remedy())), cause);
	}

	private static String list(String title, InvalidIdempotentMethodException cause, Function<Problem, String> line) {
		return cause.problems()
			.stream()
			.map(line)
			.collect(Collectors.joining("%n    - ".formatted(), "%s%n%n    - ".formatted(title), ""));
	}

	private static String method(Problem problem) {
		return problem.beanClass().getName() + "." + problem.method().getName();
	}

}
