package io.idempotent.web.request;

import java.security.Principal;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

import io.idempotent.engine.operation.ScopeText;
import io.idempotent.interceptor.UserIdentifier;
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

	private final UserIdentifier users;

	/**
	 * Creates the component.
	 * @param settings whether requests without a user share their keys
	 * @param users tells users apart
	 */
	public UserScopes(WebSettings settings, UserIdentifier users) {
		this.settings = settings;
		this.users = users;
	}

	/**
	 * Warns once if clients share their keys although nobody has said it.
	 */
	public void warnIfShared() {
		if (this.settings.sharedByDefault() && this.warned.compareAndSet(false, true)) {
			logger
				.warn("Keys in the header {} are shared by all clients, because there is no Spring Security to tell one user from another: "
						+ "whoever knows a key and the request gets its answer. Authenticate users, or set idempotent.web.anonymous to shared if that is right.",
						this.settings.header());
		}
	}

	/**
	 * The scope of a request's key.
	 * @param principal who is authenticated, null if the request has none
	 * @param more what the application adds, such as the tenant; null if all users share
	 * their records on purpose
	 * @throws IllegalArgumentException with a sentence, if there is no user and these are
	 * refused, or one who cannot be told from others
	 */
	public String scopeOf(@Nullable Principal principal, @Nullable Supplier<String> more) {
		if (more == null) {
			return "";
		}
		String user = identify(principal);
		if (user == null && !this.settings.anonymousShared()) {
			throw new IllegalArgumentException("the request has no authenticated user whose key it could be: "
					+ "authenticate, or let them share their keys (idempotent.web.anonymous=shared)");
		}
		return ScopeText.of(user, more.get());
	}

	/**
	 * Whether requests without a user are refused, and this is one.
	 */
	public boolean isRefused(@Nullable Principal principal) {
		return !this.settings.anonymousShared() && identify(principal) == null;
	}

	/** A container may not know whom the application has authenticated. */
	private @Nullable String identify(@Nullable Principal principal) {
		Object user = (principal != null) ? principal : this.users.current();
		return (user != null) ? this.users.identify(user) : null;
	}

}
