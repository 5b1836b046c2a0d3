package io.idempotent.web.servlet;

import io.idempotent.IdempotencyEvent;
import io.idempotent.IdempotencyListener;
import io.idempotent.IdempotencyOutcome;
import io.idempotent.web.request.WebSettings;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/**
 * Marks the answer of a handler without a record of its own if it stands for a replay:
 * each guarded method that was called for the request was replayed, and none has run. The
 * answer of a request that is recorded is marked only when it is replayed itself.
 */
public final class ReplayMarker implements IdempotencyListener {

	private static final String MADE = ReplayMarker.class.getName() + ".made";

	@Override
	public void onTerminal(IdempotencyEvent event) {
		boolean replayed = event.outcome() == IdempotencyOutcome.REPLAYED
				|| event.outcome() == IdempotencyOutcome.FAILURE_REPLAYED;
		if (RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes attributes) {
			HttpServletRequest request = attributes.getRequest();
			if (!replayed) {
				request.setAttribute(MADE, true);
			}
			Exchange exchange = Exchange.of(request);
			boolean recorded = exchange != null && exchange.claim() != null;
			HttpServletResponse response = attributes.getResponse();
			if (!recorded && response != null && !response.isCommitted()) {
				response.setHeader(WebSettings.REPLAYED_HEADER, (request.getAttribute(MADE) == null) ? "true" : null);
			}
		}
	}

}
