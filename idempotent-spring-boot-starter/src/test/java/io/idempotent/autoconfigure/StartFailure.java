package io.idempotent.autoconfigure;

import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.io.support.SpringFactoriesLoader;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.core.env.Environment;

/**
 * What the user reads when the start fails: the first of all registered analyzers, ours
 * and Boot's, that has something to say, in their order.
 */
final class StartFailure {

	private StartFailure() {
	}

	static FailureAnalysis analyze(AssertableApplicationContext context) {
		GenericApplicationContext source = context.getSourceApplicationContext(GenericApplicationContext.class);
		return analyze(context.getStartupFailure(), source.getBeanFactory(), source.getEnvironment());
	}

	private static FailureAnalysis analyze(Throwable failure, BeanFactory beanFactory, Environment environment) {
		return SpringFactoriesLoader.forDefaultResourceLocation(StartFailure.class.getClassLoader())
			.load(FailureAnalyzer.class,
					SpringFactoriesLoader.ArgumentResolver.of(BeanFactory.class, beanFactory)
						.and(Environment.class, environment))
			.stream()
			.map((analyzer) -> analyzer.analyze(failure))
			.filter((analysis) -> analysis != null)
			.findFirst()
			.orElseThrow(() -> new AssertionError("nothing to say", failure));
	}

}
