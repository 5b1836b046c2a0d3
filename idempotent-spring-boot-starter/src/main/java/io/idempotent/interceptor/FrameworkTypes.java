package io.idempotent.interceptor;

import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

import io.idempotent.engine.operation.InvalidDeclarationException;
import org.jspecify.annotations.Nullable;

import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;

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

	/** By which a handler of web requests answers, besides its result. */
	private static final Set<String> OUTPUTS = Set.of("jakarta.servlet.ServletResponse", "java.io.OutputStream",
			"java.io.Writer", "org.springframework.http.server.reactive.ServerHttpResponse",
			"org.springframework.web.server.ServerWebExchange",
			"org.springframework.web.context.request.NativeWebRequest", "org.springframework.ui.Model",
			"org.springframework.ui.ModelMap", "org.springframework.validation.Errors",
			"org.springframework.web.bind.support.SessionStatus");

	private static final Set<String> VIEWS = Set.of("org.springframework.web.servlet.ModelAndView",
			"org.springframework.web.servlet.View", "org.springframework.web.reactive.result.view.View",
			"org.springframework.web.reactive.result.view.Rendering");

	private static final String MAPPING = "org.springframework.web.bind.annotation.RequestMapping";

	private FrameworkTypes() {
	}

	/**
	 * Refuses a handler of web requests that answers by other means than its result,
	 * which is all that is replayed under a key of its own.
	 */
	static void refuseOutputs(Method method) {
		if (!MergedAnnotations.from(method, SearchStrategy.TYPE_HIERARCHY).isPresent(MAPPING)) {
			return;
		}
		for (Parameter parameter : method.getParameters()) {
			boolean model = parameter.getType() == Map.class && parameter.getAnnotations().length == 0;
			if (model || superTypes(parameter.getType()).map(Class::getName).anyMatch(OUTPUTS::contains)) {
				throw lostOutput("it takes a %s".formatted(parameter.getType().getName()));
			}
		}
		if (superTypes(method.getReturnType()).map(Class::getName).anyMatch(VIEWS::contains)) {
			throw lostOutput("it returns a %s".formatted(method.getReturnType().getName()));
		}
	}

	private static InvalidDeclarationException lostOutput(String fact) {
		return new InvalidDeclarationException(
				"it handles web requests under a `key`, so that only its result is replayed, and %s, by which it answers as well"
					.formatted(fact),
				"Remove `key`, so that the whole answer is recorded under the key of the request, or return the answer, such as a ResponseEntity, or annotate a method of the service");
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
