package io.idempotent.web;

import java.security.Principal;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says whose keys those of a request are: the authenticated user's, and nobody else's.
 */
public final class UserScopes {

	private static final Logger logger = LoggerFactory.getLogger(UserScopes.class);

	private final AtomicBoolean warned = new AtomicBoolean();

	private final WebSettings settings;

	/**
	 * Creates the component.
	 * @param settings whether requests without a user share their keys
	 */
	public UserScopes(WebSettings settings) {
		this.settings = settings;
	}

	/**
	 * Warns once if clients share their keys although nobody has said it.
	 */
	void warnIfShared() {
		if (this.settings.sharedByDefault() && this.warned.compareAndSet(false, true)) {
			logger
				.warn("Keys in the header {} are shared by all clients, because there is no Spring Security to tell one user from another: "
						+ "whoever knows a key and the request gets its answer. Authenticate users, or set idempotent.web.anonymous to shared if that is right.",
						this.settings.header());
		}
	}

	/**
	 * The scope of a request's key.
	 * @param user who is authenticated, null if nobody is; one without a name is nobody
	 * @param more what the application adds, such as the tenant
	 * @throws IllegalArgumentException with a sentence, if it is nobody's key and these
	 * are refused
	 */
	String scopeOf(@Nullable Principal user, Supplier<String> more) {
		// a principal without a name could be anybody
		String name = (user != null) ? user.getName() : null;
		if (name != null && !name.isBlank()) {
			return "user:" + name.length() + ":" + name + more.get();
		}
		if (!this.settings.anonymousShared()) {
			throw new IllegalArgumentException("the request has no authenticated user whose key it could be: "
					+ "authenticate, or let them share their keys (idempotent.web.anonymous=shared)");
		}
		return "anonymous:" + more.get();
	}

}
