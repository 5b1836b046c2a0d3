package io.idempotent.interceptor;

import java.util.Optional;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Calls methods that return a {@code Mono} or {@code Flux} once publishers have said in
 * whose name. The only class of this room that knows Reactor.
 */
final class LateCallers {

	private LateCallers() {
	}

	/**
	 * Asks for the caller whenever the result is subscribed to.
	 * @param caller has publishers
	 * @param returnType what the method returns
	 * @param call makes the result
	 * @return the result
	 */
	static Object await(Caller caller, Class<?> returnType, Function<Caller, Object> call) {
		Mono<Caller> known = known(caller.user()).collectList()
			.zipWith(Flux.fromIterable(caller.principals()).concatMap(LateCallers::known).collectList(),
					(user, principals) -> new Caller(user.isEmpty() ? null : user.get(0), principals));
		return (returnType == Flux.class) ? known.flatMapMany((now) -> (Flux<?>) call.apply(now))
				: known.flatMap((now) -> (Mono<?>) call.apply(now));
	}

	private static Flux<Object> known(@Nullable Object principal) {
		return (principal instanceof Publisher<?> publisher)
				? Flux.from(publisher).mapNotNull(Principals::of).flatMap(Flux::just)
				: Flux.fromStream(Optional.ofNullable(principal)::stream);
	}

}
