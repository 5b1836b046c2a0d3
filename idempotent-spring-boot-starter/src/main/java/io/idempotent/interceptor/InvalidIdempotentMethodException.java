package io.idempotent.interceptor;

import java.lang.reflect.Method;
import java.util.List;
import java.util.stream.Collectors;

import io.idempotent.engine.operation.InvalidDeclarationException;
import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * Methods are annotated with {@code @Idempotent} in a way that would not guard them: the
 * application does not start, or, for a bean whose class only its creation shows, the
 * method does not run.
 */
public class InvalidIdempotentMethodException extends RuntimeException {

	private final List<Problem> problems;

	public InvalidIdempotentMethodException(List<Problem> problems, @Nullable Throwable cause) {
		super(problems.stream().map(Problem::toString).collect(Collectors.joining(System.lineSeparator())), cause);
		this.problems = List.copyOf(problems);
	}

	/**
	 * What is wrong.
	 * @return at least one problem
	 */
	public List<Problem> problems() {
		return this.problems;
	}

	/**
	 * What is wrong with one method.
	 *
	 * @param method the method
	 * @param beanClass the class of the bean, which may inherit the method
	 * @param description what is wrong, without a full stop
	 * @param remedy what to do, without a full stop
	 */
	public record Problem(Method method, Class<?> beanClass, String description, String remedy) {

		public static Problem of(AnnotatedMethod method, InvalidDeclarationException cause) {
			return new Problem(method.method(), method.beanClass(), cause.problem(),
					StringUtils.capitalize(cause.remedy()));
		}

		/**
		 * The sentence that names the method, the problem and the remedy.
		 */
		@Override
		public String toString() {
			return "@Idempotent on %s: %s. %s.".formatted(OperationNames.signature(this.beanClass, this.method),
					this.description, this.remedy);
		}

	}

}
