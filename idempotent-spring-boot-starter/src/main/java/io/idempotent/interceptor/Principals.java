package io.idempotent.interceptor;

import java.lang.reflect.Method;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.core.ResolvableType;
import org.springframework.util.ReflectionUtils;

/**
 * Arguments that say in whose name a method is called. Known by name, because their
 * libraries may be absent.
 */
final class Principals {

	/** What stands for a user. */
	private static final Set<String> USERS = Set.of("java.security.Principal",
			"org.springframework.security.core.AuthenticatedPrincipal",
			"org.springframework.security.core.userdetails.UserDetails", "org.springframework.security.oauth2.jwt.Jwt");

	/** What else has a user, and the method that says which. */
	private static final Map<String, String> CARRIERS = Map.of(
			"org.springframework.security.core.context.SecurityContext", "getAuthentication",
			"jakarta.servlet.http.HttpServletRequest", "getUserPrincipal",
			"org.springframework.web.context.request.WebRequest", "getUserPrincipal",
			"org.springframework.web.server.ServerWebExchange", "getPrincipal",
			"org.springframework.web.servlet.function.ServerRequest", "principal",
			"org.springframework.web.reactive.function.server.ServerRequest", "principal");

	/** Carriers by their supertypes. */
	private static final Set<String> CARRIER_TYPES = Set.of("jakarta.servlet.ServletRequest",
			"org.springframework.web.context.request.RequestAttributes");

	private static final Set<String> LATE_CARRIERS = Set.of("org.springframework.web.server.ServerWebExchange",
			"org.springframework.web.reactive.function.server.ServerRequest");

	private static final ClassValue<Optional<Method>> accessors = new ClassValue<>() {

		@Override
		protected Optional<Method> computeValue(Class<?> type) {
			return FrameworkTypes.superTypes(type)
				.filter((carrier) -> CARRIERS.containsKey(carrier.getName()))
				.findFirst()
				.map((carrier) -> ReflectionUtils.findMethod(carrier,
						Objects.requireNonNull(CARRIERS.get(carrier.getName()))));
		}

	};

	private Principals() {
	}

	/** What an {@code Optional} or a {@code Mono} has. */
	static ResolvableType content(ResolvableType type) {
		Class<?> raw = type.toClass();
		return ((raw == Optional.class || isPublisher(raw)) && type.hasGenerics()) ? type.getGeneric(0) : type;
	}

	static boolean isUser(Class<?> type) {
		return FrameworkTypes.superTypes(type).anyMatch((superType) -> USERS.contains(superType.getName()));
	}

	static boolean isCarrier(Class<?> type) {
		return FrameworkTypes.superTypes(type)
			.anyMatch((superType) -> CARRIERS.containsKey(superType.getName())
					|| CARRIER_TYPES.contains(superType.getName()));
	}

	/**
	 * Whether an argument of the type says it only to who subscribes.
	 */
	static boolean isLate(Class<?> type) {
		return isPublisher(type)
				|| FrameworkTypes.superTypes(type).anyMatch((superType) -> LATE_CARRIERS.contains(superType.getName()));
	}

	static boolean isLate(Object principal) {
		return isPublisher(principal.getClass());
	}

	private static boolean isPublisher(Class<?> type) {
		return FrameworkTypes.superTypes(type)
			.anyMatch((superType) -> superType.getName().equals("org.reactivestreams.Publisher"));
	}

	/**
	 * Returns the principal that an argument is or has.
	 * @return null if it has none
	 */
	static @Nullable Object of(@Nullable Object argument) {
		if (argument instanceof Optional<?> optional) {
			return of(optional.orElse(null));
		}
		Method accessor = (argument != null) ? accessors.get(argument.getClass()).orElse(null) : null;
		return (accessor != null) ? of(ReflectionUtils.invokeMethod(accessor, argument)) : argument;
	}

}
