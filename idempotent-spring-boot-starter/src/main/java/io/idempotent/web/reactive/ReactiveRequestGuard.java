package io.idempotent.web.reactive;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.idempotent.ThrowingCallback;
import io.idempotent.engine.operation.InvalidDeclarationException;
import io.idempotent.engine.operation.Operation;
import io.idempotent.engine.operation.OperationSpec;
import io.idempotent.interceptor.RequestGuard;
import io.idempotent.web.request.HandlerDeclarations;
import io.idempotent.web.request.RequestAttempt;
import io.idempotent.web.request.RequestState;
import io.idempotent.web.request.StreamingMediaTypes;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.ResolvableType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.reactive.result.method.RequestMappingInfo;
import org.springframework.web.reactive.result.method.RequestMappingInfoHandlerMapping;

/**
 * Guards handlers of WebFlux: refuses those that no request with a key reaches, or that
 * run before anybody can tell for which request, and lets them run only for a request
 * that is claimed.
 */
public final class ReactiveRequestGuard implements RequestGuard {

	private final Supplier<? extends Stream<? extends RequestMappingInfoHandlerMapping>> mappings;

	private final ReactiveIdempotencyRequests requests;

	/**
	 * Creates the guard.
	 * @param mappings where the handlers are; asked for each annotated method without key
	 * @param requests claims records
	 */
	public ReactiveRequestGuard(Supplier<? extends Stream<? extends RequestMappingInfoHandlerMapping>> mappings,
			ReactiveIdempotencyRequests requests) {
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
			if (info.getProducesCondition()
				.getProducibleMediaTypes()
				.stream()
				.anyMatch(StreamingMediaTypes::contains)) {
				throw HandlerDeclarations.streamed("a stream");
			}
		}
		checkResult(ResolvableType.forMethodReturnType(method, beanClass));
		return this.requests.specOf(declared);
	}

	private static void checkResult(ResolvableType type) {
		if (type.toClass() != Mono.class && type.toClass() != Flux.class) {
			throw new InvalidDeclarationException(
					"it returns %s, and is called before anybody can tell for which request".formatted(type),
					"Return a Mono or a Flux, such as Mono.fromCallable(...), " + HandlerDeclarations.KEY_REMEDY);
		}
		checkContent(type.getGeneric(0));
	}

	private static void checkContent(ResolvableType type) {
		if (type.toClass() == ServerSentEvent.class
				|| ReactiveAdapterRegistry.getSharedInstance().getAdapter(type.toClass()) != null) {
			throw HandlerDeclarations.streamed(type.toClass().getName());
		}
		for (ResolvableType content : type.getGenerics()) {
			checkContent(content);
		}
	}

	@Override
	public Object proceed(Operation operation, Class<?> returnType,
			ThrowingCallback<@Nullable Object, Throwable> method) {
		Flux<Object> result = Flux.deferContextual((context) -> {
			ReactiveExchange exchange = context.getOrDefault(ReactiveExchange.class, null);
			return call(operation, exchange, method);
		});
		return (returnType == Mono.class) ? result.singleOrEmpty() : result;
	}

	private static Publisher<Object> call(Operation operation, @Nullable ReactiveExchange exchange,
			ThrowingCallback<@Nullable Object, Throwable> method) {
		RequestAttempt claim = RequestState.require((exchange != null) ? exchange.state() : null, operation);
		return (claim != null) ? ReactiveCalls.call(claim.handler(), method) : ReactiveCalls.publisher(method);
	}

}
