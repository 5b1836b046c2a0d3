package io.idempotent.interceptor;

import java.lang.reflect.Parameter;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.core.annotation.MergedAnnotations;

/**
 * Arguments that a framework passes in: they say how a request came, not what it asks
 * for. Known by name, because their libraries may be absent.
 */
final class FrameworkTypes {

	private static final Set<String> NAMES = Set.of("jakarta.servlet.ServletRequest", "jakarta.servlet.ServletResponse",
			"jakarta.servlet.http.HttpSession", "java.security.Principal", "org.springframework.http.HttpHeaders",
			"org.springframework.http.server.reactive.ServerHttpRequest",
			"org.springframework.http.server.reactive.ServerHttpResponse", "org.springframework.ui.Model",
			"org.springframework.ui.ModelMap", "org.springframework.validation.Errors",
			"org.springframework.web.bind.support.SessionStatus",
			"org.springframework.web.context.request.RequestAttributes",
			"org.springframework.web.server.ServerWebExchange", "org.springframework.web.server.WebSession",
			"org.springframework.web.util.UriComponentsBuilder",
			"org.springframework.security.core.AuthenticatedPrincipal",
			"org.springframework.security.core.context.SecurityContext", "org.springframework.security.oauth2.jwt.Jwt",
			"org.springframework.security.web.csrf.CsrfToken", "org.springframework.messaging.MessageHeaders",
			"org.springframework.kafka.support.Acknowledgment", "org.apache.kafka.clients.consumer.Consumer",
			"com.rabbitmq.client.Channel");

	/** On parameters of the application's own types, also as meta-annotations. */
	private static final Set<String> ANNOTATIONS = Set.of(
			"org.springframework.security.core.annotation.AuthenticationPrincipal",
			"org.springframework.security.core.annotation.CurrentSecurityContext");

	/** What carries a request together with how it came, and where the request is. */
	private static final Map<String, String> ENVELOPES = Map.of("org.springframework.http.HttpEntity", "body",
			"org.springframework.messaging.Message", "payload", "org.apache.kafka.clients.consumer.ConsumerRecord",
			"value()", "org.springframework.amqp.core.Message", "body", "jakarta.jms.Message",
			"getBody(T(java.lang.String))");

	private FrameworkTypes() {
	}

	static boolean isFrameworkType(Class<?> type) {
		return superTypes(type).map(Class::getName).anyMatch(NAMES::contains);
	}

	/**
	 * Whether the argument is made of the principal, whatever its type.
	 */
	static boolean isFrameworkParameter(Parameter parameter) {
		MergedAnnotations annotations = MergedAnnotations.from(parameter);
		return ANNOTATIONS.stream().anyMatch((Predicate<String>) annotations::isPresent);
	}

	/**
	 * Refuses what is never equal twice, because a retry comes in another way.
	 */
	static void refuseEnvelope(String name, Class<?> type) {
		superTypes(type).map(Class::getName).filter(ENVELOPES::containsKey).findFirst().ifPresent((envelope) -> {
			throw new InvalidDeclarationException(
					"argument '%s' is a %s, which also says how it came, and a retry comes in another way"
						.formatted(name, envelope),
					"Name what it asks for: payload = \"#%s.%s\"".formatted(name, ENVELOPES.get(envelope)));
		});
	}

	static Stream<Class<?>> superTypes(@Nullable Class<?> type) {
		return (type == null) ? Stream.empty()
				: Stream.concat(Stream.of(type), Stream.concat(superTypes(type.getSuperclass()),
						Stream.of(type.getInterfaces()).flatMap(FrameworkTypes::superTypes)));
	}

}
