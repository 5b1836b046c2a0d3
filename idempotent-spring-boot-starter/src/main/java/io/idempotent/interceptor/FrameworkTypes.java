package io.idempotent.interceptor;

import java.util.Set;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * Types of arguments that a framework passes in: they say how a request came, not what it
 * asks for. Known by name, because their libraries may be absent.
 */
final class FrameworkTypes {

	private static final Set<String> NAMES = Set.of("jakarta.servlet.ServletRequest", "jakarta.servlet.ServletResponse",
			"jakarta.servlet.http.HttpSession", "java.security.Principal",
			"org.springframework.http.server.reactive.ServerHttpRequest",
			"org.springframework.http.server.reactive.ServerHttpResponse", "org.springframework.ui.Model",
			"org.springframework.ui.ModelMap", "org.springframework.validation.Errors",
			"org.springframework.web.bind.support.SessionStatus",
			"org.springframework.web.context.request.RequestAttributes",
			"org.springframework.web.server.ServerWebExchange", "org.springframework.web.server.WebSession",
			"org.springframework.web.util.UriComponentsBuilder");

	private FrameworkTypes() {
	}

	static boolean isFrameworkType(@Nullable Class<?> type) {
		return type != null && (NAMES.contains(type.getName()) || isFrameworkType(type.getSuperclass())
				|| Stream.of(type.getInterfaces()).anyMatch(FrameworkTypes::isFrameworkType));
	}

}
