package io.idempotent.engine.claim;

import java.util.List;

import io.idempotent.IdempotencyEvent;
import io.idempotent.IdempotencyListener;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the log and the listeners how each call ended.
 */
public final class Events {

	private static final Logger logger = LoggerFactory.getLogger("io.idempotent.calls");

	private final List<IdempotencyListener> listeners;

	public Events(List<IdempotencyListener> listeners) {
		this.listeners = List.copyOf(listeners);
	}

	/**
	 * Whether anybody wants to know.
	 */
	boolean areHeard() {
		return !this.listeners.isEmpty() || logger.isDebugEnabled();
	}

	public void ended(Call call, @Nullable Throwable failure) {
		if (areHeard()) {
			publish(call.toEvent(failure));
		}
	}

	public void publish(IdempotencyEvent event) {
		logger.debug("{}", event);
		for (IdempotencyListener listener : this.listeners) {
			try {
				listener.onTerminal(event);
			}
			catch (Throwable ex) {
				// also what it does not declare, as code in other languages may
				Outage.warn(logger, "%s failed on %s".formatted(listener.getClass().getName(), event), ex);
			}
		}
	}

}
