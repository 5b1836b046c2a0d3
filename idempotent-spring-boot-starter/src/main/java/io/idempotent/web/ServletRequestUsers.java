package io.idempotent.web;

import java.lang.reflect.Method;
import java.security.Principal;

import io.idempotent.interceptor.RequestUsers;
import io.idempotent.interceptor.UserIdentifier;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;
import org.springframework.web.servlet.HandlerMapping;

/**
 * Finds the users of requests to handlers of Spring MVC.
 */
public final class ServletRequestUsers implements RequestUsers {

	private final UserIdentifier users;

	/**
	 * Creates the component.
	 * @param users knows users of which the container does not
	 */
	public ServletRequestUsers(UserIdentifier users) {
		this.users = users;
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
