package io.idempotent.web.servlet;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.idempotent.ThrowingCallback;
import io.idempotent.engine.operation.Operation;
import io.idempotent.engine.operation.OperationSpec;
import io.idempotent.interceptor.RequestGuard;
import io.idempotent.web.request.HandlerDeclarations;
import io.idempotent.web.request.RequestAttempt;
import io.idempotent.web.request.RequestState;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.ResolvableType;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.RequestMappingInfoHandlerMapping;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyEmitter;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

/**
 * Guards handlers of Spring MVC: refuses those that no request with a key reaches, and
 * lets them run only for a request that is claimed.
 */
public final class WebRequestGuard implements RequestGuard {

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
		List<RequestMappingInfo> infos = this.mappings.get()
			.flatMap((mapping) -> mapping.getHandlerMethods().entrySet().stream())
			.filter((entry) -> HandlerDeclarations.isHandler(entry.getValue(), method, beanClass))
			.<RequestMappingInfo>map(Map.Entry::getKey)
			.toList();
		HandlerDeclarations.checkMapped(infos);
		for (RequestMappingInfo info : infos) {
			HandlerDeclarations.checkMethods(info.getMethodsCondition().getMethods());
		}
		checkResult(ResolvableType.forMethodReturnType(method, beanClass));
		return this.requests.specOf(declared);
	}

	private static void checkResult(ResolvableType type) {
		Class<?> raw = type.toClass();
		ReactiveAdapter adapter = ReactiveAdapterRegistry.getSharedInstance().getAdapter(raw);
		if (ResponseBodyEmitter.class.isAssignableFrom(raw) || StreamingResponseBody.class.isAssignableFrom(raw)
				|| (adapter != null && adapter.isMultiValue())) {
			throw HandlerDeclarations.streamed(raw.getName());
		}
		for (ResolvableType content : type.getGenerics()) {
			checkResult(content);
		}
	}

	@Override
	public @Nullable Object proceed(Operation operation, Class<?> returnType,
			ThrowingCallback<@Nullable Object, Throwable> method) throws Throwable {
		Exchange exchange = (RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes attributes)
				? Exchange.of(attributes.getRequest()) : null;
		RequestAttempt claim = RequestState.require((exchange != null) ? exchange.state() : null, operation);
		return (claim != null) ? claim.handler().call(method) : method.call();
	}

}
