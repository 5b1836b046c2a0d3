package io.idempotent.web;

import io.idempotent.IdempotencyEvent;
import io.idempotent.IdempotencyListener;
import io.idempotent.IdempotencyOutcome;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/**
 * Marks the answer to a request whose service was not run, because its outcome was
 * replayed.
 */
public final class ReplayMarker implements IdempotencyListener {

	@Override
	public void onTerminal(IdempotencyEvent event) {
		boolean replayed = event.outcome() == IdempotencyOutcome.REPLAYED
				|| event.outcome() == IdempotencyOutcome.FAILURE_REPLAYED;
		if (replayed && RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes attributes) {
			HttpServletResponse response = attributes.getResponse();
			if (response != null && !response.isCommitted()) {
				response.setHeader(WebSettings.REPLAYED_HEADER, "true");
			}
		}
	}

}
