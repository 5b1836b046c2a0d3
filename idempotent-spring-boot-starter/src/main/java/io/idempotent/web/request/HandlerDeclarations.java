package io.idempotent.web.request;

import java.lang.reflect.Method;
import java.util.Collection;

import io.idempotent.MissingIdempotencyKeyException;
import io.idempotent.engine.operation.InvalidDeclarationException;
import io.idempotent.engine.operation.Operation;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.support.AopUtils;
import org.springframework.util.ClassUtils;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.method.HandlerMethod;

/**
 * What annotated handlers without key must be like, whichever web stack calls them.
 */
public final class HandlerDeclarations {

	/** The other way out, to be put after a comma. */
	public static final String KEY_REMEDY = "or say which argument tells one call from another: key = \"#name\"";

	private HandlerDeclarations() {
	}

	public static boolean isHandler(HandlerMethod handler, Method method, Class<?> beanClass) {
		return handler.getMethod().equals(method) && ClassUtils.getUserClass(handler.getBeanType()) == beanClass;
	}

	/**
	 * Whether a method is called as the handler of a request.
	 * @param handler that of the request, null if it has none
	 */
	public static boolean isCalled(@Nullable Object handler, Method method, Class<?> beanClass) {
		return handler instanceof HandlerMethod found && found.getMethod().getName().equals(method.getName())
				&& found.getMethod().getDeclaringClass().isAssignableFrom(beanClass)
				&& AopUtils.getMostSpecificMethod(found.getMethod(), beanClass)
					.equals(AopUtils.getMostSpecificMethod(method, beanClass));
	}

	public static void checkMapped(Collection<?> mappings) {
		if (mappings.isEmpty()) {
			throw new InvalidDeclarationException("it has no `key`, and is no handler of web requests",
					"Map it to requests, such as with @PostMapping, " + KEY_REMEDY);
		}
	}

	public static void checkMethods(Collection<RequestMethod> methods) {
		if (methods.isEmpty()) {
			throw new InvalidDeclarationException(
					"its mapping names no HTTP method, so that it also handles those that need no key",
					"Map it to one of POST, PUT, PATCH and DELETE, " + KEY_REMEDY);
		}
		for (RequestMethod method : methods) {
			if (!KeyHeader.isExpectedWith(method.name())) {
				throw new InvalidDeclarationException("it handles %s, whose requests have no key".formatted(method),
						"Annotate handlers of POST, PUT, PATCH and DELETE only, " + KEY_REMEDY);
			}
		}
	}

	public static InvalidDeclarationException streamed(String type) {
		return new InvalidDeclarationException(
				"it returns %s, and an answer that is streamed cannot be recorded before it is sent".formatted(type),
				"Return the whole answer, " + KEY_REMEDY + " of a method of the service");
	}

	static MissingIdempotencyKeyException noRequest(Operation operation) {
		return new MissingIdempotencyKeyException(operation.name(),
				"The call, which is not that of a request to this handler,");
	}

}
