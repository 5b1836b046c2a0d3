package io.idempotent.interceptor;

import java.lang.reflect.Method;

import org.springframework.aop.support.StaticMethodMatcherPointcut;

/**
 * Matches annotated methods, and those whose interface or superclass is annotated.
 */
final class IdempotentPointcut extends StaticMethodMatcherPointcut {

	IdempotentPointcut() {
		setClassFilter(AnnotatedMethod::isCandidate);
	}

	@Override
	public boolean matches(Method method, Class<?> targetClass) {
		return AnnotatedMethod.find(method, targetClass) != null;
	}

	@Override
	public String toString() {
		return "@Idempotent";
	}

}
