package io.idempotent.web.request;

import java.util.function.Supplier;

import io.idempotent.engine.outcome.UnavailableResult;
import io.idempotent.web.RecordedResponse;
import org.jspecify.annotations.Nullable;

/**
 * How a request has ended.
 *
 * @param failure what something failed with, also if an answer was made of it; null if
 * nothing did
 * @param status the status of the answer
 * @param hasResult whether the handler has done its work, so that the failure is not its
 * own
 * @param answer what is to be recorded as the answer: a {@link RecordedResponse}, or
 * {@link UnavailableResult}
 */
public record RequestEnd(@Nullable Throwable failure, int status, boolean hasResult, Supplier<Object> answer) {

}
