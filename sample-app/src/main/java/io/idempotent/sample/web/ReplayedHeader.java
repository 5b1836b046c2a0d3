package io.idempotent.sample.web;

import io.idempotent.IdempotencyEvent;
import io.idempotent.IdempotencyListener;
import io.idempotent.IdempotencyOutcome;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.stereotype.Component;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/**
 * Tells the client when its answer comes from the record: the starter reports how each
 * call ended, on the thread of the request.
 */
@Component
class ReplayedHeader implements IdempotencyListener {

	@Override
	public void onTerminal(IdempotencyEvent event) {
		boolean replayed = event.outcome() == IdempotencyOutcome.REPLAYED
				|| event.outcome() == IdempotencyOutcome.FAILURE_REPLAYED;
		if (replayed && RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes request) {
			HttpServletResponse response = request.getResponse();
			if (response != null) {
				response.setHeader("Idempotent-Replayed", "true");
			}
		}
	}

}
