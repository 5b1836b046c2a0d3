package io.idempotent.autoconfigure;

import java.time.Duration;
import java.util.Locale;
import java.util.Set;

import io.idempotent.engine.operation.EngineSettings;
import io.idempotent.engine.operation.Operations;
import io.idempotent.store.IdempotencyStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.SmartLifecycle;
import org.springframework.format.annotation.DurationFormat.Style;
import org.springframework.format.datetime.standard.DurationFormatterUtils;

/**
 * Says in one line of the log what guards the application, once all operations are known.
 */
final class StartupReport implements SmartLifecycle {

	private static final Logger logger = LoggerFactory.getLogger(StartupReport.class);

	private final EngineSettings settings;

	private final Operations operations;

	private final IdempotencyStore store;

	private volatile boolean running;

	StartupReport(EngineSettings settings, Operations operations, IdempotencyStore store) {
		this.settings = settings;
		this.operations = operations;
		this.store = store;
	}

	@Override
	public void start() {
		this.running = true;
		if (logger.isInfoEnabled()) {
			Set<String> names = this.operations.names();
			logger.info("Idempotent: {}; ttl {}, lease {}, on-in-progress {}, on-abandoned {}; {} operation(s){}",
					this.store.describe(), text(this.settings.ttl()), text(this.settings.lease()),
					text(this.settings.onInProgress()), text(this.settings.onAbandoned()), names.size(),
					names.isEmpty() ? "" : ": " + String.join(", ", names));
		}
	}

	@Override
	public void stop() {
		this.running = false;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	/** A context that is paused and started again has been described. */
	@Override
	public boolean isPauseable() {
		return false;
	}

	private static String text(Duration duration) {
		return DurationFormatterUtils.print(duration, Style.COMPOSITE);
	}

	private static String text(Enum<?> policy) {
		return policy.name().toLowerCase(Locale.ROOT);
	}

}
