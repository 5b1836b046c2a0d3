package io.idempotent.web.request;

import java.lang.reflect.Method;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

import io.idempotent.engine.operation.ScopeText;
import io.idempotent.interceptor.PlainUserIdentifier;
import io.idempotent.interceptor.UserIdentifier;
import io.idempotent.web.IdempotencyUserResolver;
import org.jspecify.annotations.Nullable;

import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.authentication.RememberMeAuthenticationToken;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.AuthenticatedPrincipal;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.oauth2.client.authentication.OAuth2AuthenticationToken;
import org.springframework.security.oauth2.core.ClaimAccessor;
import org.springframework.security.oauth2.core.OAuth2AuthenticatedPrincipal;
import org.springframework.security.oauth2.core.user.OAuth2User;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Tells the users of Spring Security apart: by issuer and subject, by registration and
 * name, else by mechanism and name.
 */
public final class SecurityUserIdentifier implements UserIdentifier {

	/** Of those whom a {@code UserDetailsService} knows, by password or cookie. */
	private static final String PASSWORD = "password";

	private static final boolean OAUTH2 = isPresent("oauth2.core.ClaimAccessor");

	private static final boolean OAUTH2_LOGIN = isPresent("oauth2.client.authentication.OAuth2AuthenticationToken");

	private final Supplier<@Nullable IdempotencyUserResolver> resolver;

	private final PlainUserIdentifier plain;

	/**
	 * Creates the identifier.
	 * @param resolver the application's rule, if it has one
	 * @param plain identifies what Spring Security knows nothing of
	 */
	public SecurityUserIdentifier(Supplier<@Nullable IdempotencyUserResolver> resolver, PlainUserIdentifier plain) {
		this.resolver = resolver;
		this.plain = plain;
	}

	private static boolean isPresent(String type) {
		return ClassUtils.isPresent("org.springframework.security." + type,
				SecurityUserIdentifier.class.getClassLoader());
	}

	@Override
	public @Nullable Object current() {
		return SecurityContextHolder.getContext().getAuthentication();
	}

	@Override
	public @Nullable String identify(Object principal) {
		if (principal instanceof AnonymousAuthenticationToken) {
			return null;
		}
		return (principal instanceof Authentication authentication) ? authenticated(authentication)
				: ofPrincipal(principal);
	}

	private String authenticated(Authentication authentication) {
		IdempotencyUserResolver resolver = this.resolver.get();
		if (resolver != null) {
			@Nullable String user = resolver.resolveUser(authentication);
			if (user == null || user.isBlank()) {
				throw new IllegalArgumentException("the IdempotencyUserResolver gave no user (%s) for a %s"
					.formatted((user == null) ? "null" : "blank", authentication.getClass().getName()));
			}
			return "resolved:" + user;
		}
		String name = nameOf(authentication);
		String user = OAUTH2 ? OAuth2.identify(authentication, name) : null;
		if (user == null) {
			user = byRegistration(authentication, authentication.getPrincipal(), name);
		}
		return (user != null) ? user : PlainUserIdentifier.named(mechanismOf(authentication), name);
	}

	/**
	 * A session that a password has begun goes on with a cookie, for the same user of the
	 * same service.
	 */
	private static String mechanismOf(Authentication authentication) {
		Class<?> type = authentication.getClass();
		boolean password = type == UsernamePasswordAuthenticationToken.class
				|| type == RememberMeAuthenticationToken.class;
		return (password ? PASSWORD : type.getName()) + (authentication.isAuthenticated() ? "" : "?");
	}

	/**
	 * The name; what is made of the address of an object is none.
	 */
	private static @Nullable String nameOf(Authentication authentication) {
		String name = authentication.getName();
		Object principal = authentication.getPrincipal();
		return (name != null && principal != null
				&& name.equals(principal.getClass().getName() + "@" + Integer.toHexString(principal.hashCode()))) ? null
						: name;
	}

	private String ofPrincipal(Object principal) {
		String user = OAUTH2 ? OAuth2.identify(principal, this::authenticated) : null;
		if (user != null) {
			return user;
		}
		if (principal instanceof UserDetails details) {
			return PlainUserIdentifier.named(PASSWORD, details.getUsername());
		}
		if (principal instanceof AuthenticatedPrincipal named) {
			user = byRegistration(null, principal, named.getName());
			return (user != null) ? user : PlainUserIdentifier.named(principal.getClass().getName(), named.getName());
		}
		return this.plain.identify(principal);
	}

	/**
	 * As SAML 2.0 has it, by the name of a method: its library comes from a repository of
	 * its own.
	 */
	private static @Nullable String byRegistration(@Nullable Authentication authentication, @Nullable Object principal,
			@Nullable String name) {
		for (Object holder : new @Nullable Object[] { authentication, principal }) {
			Method method = (holder != null)
					? ReflectionUtils.findMethod(holder.getClass(), "getRelyingPartyRegistrationId") : null;
			if (method != null && name != null && !name.isBlank()
					&& ReflectionUtils.invokeMethod(method, holder) instanceof String registration) {
				return ScopeText.join("registration", registration, name);
			}
		}
		return null;
	}

	/**
	 * Who a token or an identity provider says it is. Apart, as its library may be
	 * absent.
	 */
	private static final class OAuth2 {

		private OAuth2() {
		}

		static @Nullable String identify(Authentication authentication, @Nullable String name) {
			String user = byIssuer(authentication.getPrincipal(), name);
			if (user == null) {
				// a token whose principal is the application's own
				user = byIssuer(authentication.getCredentials(), name);
			}
			return (user == null && OAUTH2_LOGIN) ? Login.identify(authentication, name) : user;
		}

		static @Nullable String identify(Object principal, Function<Authentication, String> authenticated) {
			String user = byIssuer(principal, null);
			if (user == null && principal instanceof ClaimAccessor token) {
				return PlainUserIdentifier.named("token", text(token.getClaims().get("sub")));
			}
			if (user != null || !(principal instanceof OAuth2User)) {
				return user;
			}
			Authentication current = SecurityContextHolder.getContext().getAuthentication();
			if (current != null && current.getPrincipal() == principal) {
				return authenticated.apply(current);
			}
			throw new IllegalArgumentException(
					"an OAuth2User does not say with which provider the user has logged in: pass the Authentication, or say whose record it is with `scope`");
		}

		private static @Nullable String byIssuer(@Nullable Object principal, @Nullable String name) {
			Map<String, Object> claims = claimsOf(principal);
			String issuer = text(claims.get("iss"));
			String subject = text(claims.get("sub"));
			if (issuer != null && subject != null) {
				return ScopeText.join("issuer", issuer, subject);
			}
			if (issuer != null && name != null && !name.isBlank()) {
				return ScopeText.join("issuer-name", issuer, name);
			}
			return null;
		}

		private static @Nullable String text(@Nullable Object claim) {
			return (claim == null || claim.toString().isBlank()) ? null : claim.toString();
		}

		/**
		 * Those that were verified: what a provider answers about who has logged in may
		 * name the issuer of another one.
		 */
		private static Map<String, Object> claimsOf(@Nullable Object principal) {
			if (principal instanceof ClaimAccessor token) {
				return token.getClaims();
			}
			return (principal instanceof OAuth2AuthenticatedPrincipal user && !(principal instanceof OAuth2User))
					? user.getAttributes() : Map.of();
		}

	}

	/**
	 * Who has logged in without OpenID Connect. Apart, as its library may be absent.
	 */
	private static final class Login {

		private Login() {
		}

		static @Nullable String identify(Authentication authentication, @Nullable String name) {
			return (authentication instanceof OAuth2AuthenticationToken login && name != null && !name.isBlank())
					? ScopeText.join("registration", login.getAuthorizedClientRegistrationId(), name) : null;
		}

	}

}
