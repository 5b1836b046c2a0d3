package io.idempotent.web.servlet;

import java.lang.reflect.Method;
import java.security.Principal;

import io.idempotent.engine.operation.InvalidDeclarationException;
import io.idempotent.interceptor.RequestUsers;
import io.idempotent.interceptor.UserIdentifier;
import io.idempotent.web.request.HandlerDeclarations;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.scheduling.annotation.Async;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;
import org.springframework.web.service.annotation.HttpExchange;
import org.springframework.web.servlet.HandlerMapping;

/**
 * Finds the users of requests to handlers of Spring MVC.
 */
public final class ServletRequestUsers implements RequestUsers {

	private final UserIdentifier users;

	private final boolean secured;

	/**
	 * Creates the component.
	 * @param users knows users of which the container does not
	 * @param secured whether requests may have users
	 */
	public ServletRequestUsers(UserIdentifier users, boolean secured) {
		this.users = users;
		this.secured = secured;
	}

	/**
	 * Refuses a handler that is called on a thread of an executor, which knows nothing of
	 * the request: all users would share its records.
	 */
	@Override
	public void validate(Method method, Class<?> beanClass) {
		if (this.secured && isAsync(method, beanClass)
				&& AnnotatedElementUtils.hasAnnotation(beanClass, Controller.class)
				&& (AnnotatedElementUtils.hasAnnotation(method, RequestMapping.class)
						|| AnnotatedElementUtils.hasAnnotation(method, HttpExchange.class))) {
			throw new InvalidDeclarationException(
					"it handles web requests and is @Async, so that it is called on another thread, where its record cannot be that of the user",
					"Call an @Async method of another bean from the handler, or take the Principal as an argument, or say whose record it is: scope = \"#name\", or Idempotent.UNSCOPED for one record of all users");
		}
	}

	private static boolean isAsync(Method method, Class<?> beanClass) {
		return AnnotatedElementUtils.hasAnnotation(method, Async.class)
				|| AnnotatedElementUtils.hasAnnotation(beanClass, Async.class);
	}

	@Override
	public @Nullable Object find(Method method, Class<?> beanClass) {
		if (!(RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes attributes)) {
			return null;
		}
		HttpServletRequest request = attributes.getRequest();
		if (!HandlerDeclarations.isCalled(request.getAttribute(HandlerMapping.BEST_MATCHING_HANDLER_ATTRIBUTE), method,
				beanClass)) {
			return null;
		}
		Principal user = request.getUserPrincipal();
		return (user != null) ? user : this.users.current();
	}

}
