package io.idempotent.web;

import java.lang.reflect.Method;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.idempotent.MissingIdempotencyKeyException;
import io.idempotent.ThrowingCallback;
import io.idempotent.engine.Operation;
import io.idempotent.engine.OperationSpec;
import io.idempotent.interceptor.InvalidDeclarationException;
import io.idempotent.interceptor.RequestGuard;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.RequestMappingInfoHandlerMapping;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyEmitter;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

/**
 * Guards handlers of Spring MVC: refuses those that no request with a key reaches, and
 * lets them run only for a request that is claimed.
 */
public final class WebRequestGuard implements RequestGuard {

	private static final String KEY_REMEDY = "or say which argument tells one call from another: key = \"#name\"";

	private final Supplier<? extends Stream<? extends RequestMappingInfoHandlerMapping>> mappings;

	private final IdempotencyRequests requests;

	/**
	 * Creates the guard.
	 * @param mappings where the handlers are; asked for each annotated method without key
	 * @param requests claims records
	 */
	public WebRequestGuard(Supplier<? extends Stream<? extends RequestMappingInfoHandlerMapping>> mappings,
			IdempotencyRequests requests) {
		this.mappings = mappings;
		this.requests = requests;
	}

	@Override
	public OperationSpec specOf(Method method, Class<?> beanClass, OperationSpec declared) {
		List<RequestMappingInfo> infos = mappingsOf(method, beanClass);
		if (infos.isEmpty()) {
			throw new InvalidDeclarationException("it has no `key`, and is no handler of web requests",
					"Map it to requests, such as with @PostMapping, " + KEY_REMEDY);
		}
		for (RequestMappingInfo info : infos) {
			checkMethods(info.getMethodsCondition().getMethods());
		}
		checkResult(ResolvableType.forMethodReturnType(method, beanClass));
		return this.requests.specOf(declared);
	}

	private List<RequestMappingInfo> mappingsOf(Method method, Class<?> beanClass) {
		return this.mappings.get()
			.flatMap((mapping) -> mapping.getHandlerMethods().entrySet().stream())
			.filter((entry) -> isHandler(entry.getValue(), method, beanClass))
			.<RequestMappingInfo>map(Map.Entry::getKey)
			.toList();
	}

	private static boolean isHandler(HandlerMethod handler, Method method, Class<?> beanClass) {
		return handler.getMethod().equals(method) && ClassUtils.getUserClass(handler.getBeanType()) == beanClass;
	}

	private static void checkMethods(Collection<RequestMethod> methods) {
		if (methods.isEmpty()) {
			throw new InvalidDeclarationException(
					"its mapping names no HTTP method, so that it also handles those that need no key",
					"Map it to one of POST, PUT, PATCH and DELETE, " + KEY_REMEDY);
		}
		for (RequestMethod method : methods) {
			if (!IdempotencyFilter.isGuarded(method.name())) {
				throw new InvalidDeclarationException("it handles %s, whose requests have no key".formatted(method),
						"Annotate handlers of POST, PUT, PATCH and DELETE only, " + KEY_REMEDY);
			}
		}
	}

	private static void checkResult(ResolvableType type) {
		Class<?> raw = type.toClass();
		ReactiveAdapter adapter = ReactiveAdapterRegistry.getSharedInstance().getAdapter(raw);
		if (ResponseBodyEmitter.class.isAssignableFrom(raw) || StreamingResponseBody.class.isAssignableFrom(raw)
				|| (adapter != null && adapter.isMultiValue())) {
			throw new InvalidDeclarationException(
					"it returns %s, and an answer that is streamed cannot be recorded before it is sent".formatted(
							raw.getName()),
					"Return the whole answer, " + KEY_REMEDY + " of a method of the service");
		}
		for (ResolvableType content : type.getGenerics()) {
			checkResult(content);
		}
	}

	@Override
	public @Nullable Object proceed(Operation operation, ThrowingCallback<@Nullable Object, Throwable> method)
			throws Throwable {
		Exchange exchange = (RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes attributes)
				? Exchange.of(attributes.getRequest()) : null;
		if (exchange != null && exchange.isUnguarded(operation.name())) {
			return method.call();
		}
		RequestClaim claim = (exchange != null) ? exchange.claim() : null;
		if (claim == null || !claim.operation().name().equals(operation.name())) {
			throw new MissingIdempotencyKeyException(operation.name(),
					"The call, which is not that of a request to this handler,");
		}
		return claim.call(method);
	}

}
