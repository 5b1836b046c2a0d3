package io.idempotent.autoconfigure;

import java.util.Objects;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.core.env.Environment;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.core.io.support.SpringFactoriesLoader.ArgumentResolver;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the user reads when the start fails: what the first of all registered analyzers,
 * ours and Boot's, has to say, in their order.
 */
final class StartFailure {

	private StartFailure() {
	}

	static FailureAnalysis analyze(AssertableApplicationContext context) {
		return analyze(context, new DefaultListableBeanFactory());
	}

	static FailureAnalysis analyze(AssertableApplicationContext context, BeanFactory beanFactory) {
		return analyze(context, beanFactory, new StandardEnvironment());
	}

	static FailureAnalysis analyze(AssertableApplicationContext context, BeanFactory beanFactory,
			Environment environment) {
		assertThat(context).hasFailed();
		return SpringFactoriesLoader.forDefaultResourceLocation(StartFailure.class.getClassLoader())
			.load(FailureAnalyzer.class,
					ArgumentResolver.of(BeanFactory.class, beanFactory).and(Environment.class, environment),
					(type, name, failure) -> {
						// as Boot does: some of its analyzers need what is not on the
						// class
						// path
					})
			.stream()
			.map((analyzer) -> analyzer.analyze(context.getStartupFailure()))
			.filter(Objects::nonNull)
			.findFirst()
			.orElseThrow(() -> new AssertionError("nobody explains it", context.getStartupFailure()));
	}

}
