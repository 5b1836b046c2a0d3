package io.idempotent.interceptor;

import java.security.Principal;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.idempotent.engine.PayloadDigester;
import io.idempotent.engine.PayloadDigester.Part;
import io.idempotent.engine.operation.ScopeText;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.BeanUtils;

/**
 * Tells users apart by what the JDK knows of them: by the name of a principal, and else
 * by the whole state of what stands for the user.
 */
public final class PlainUserIdentifier implements UserIdentifier {

	private static final Logger logger = LoggerFactory.getLogger(PlainUserIdentifier.class);

	private final Set<Class<?>> warned = ConcurrentHashMap.newKeySet();

	private final PayloadDigester digester;

	/**
	 * Creates the identifier.
	 * @param digester makes the fingerprint of what has no name
	 */
	public PlainUserIdentifier(PayloadDigester digester) {
		this.digester = digester;
	}

	@Override
	public String identify(Object principal) {
		if (principal instanceof Principal user) {
			return named("principal", user.getName());
		}
		return (principal instanceof String name) ? named("name", name) : byState(principal);
	}

	private String byState(Object principal) {
		Class<?> type = principal.getClass();
		if (!BeanUtils.isSimpleValueType(type) && this.warned.add(type)) {
			logger.warn(
					"A {} stands for the user whose record it is, and counts with its whole state, as it has no name: if that changes between a call and its retry, the method runs again. "
							+ "Say which part of it counts, such as scope = \"#user.id\", or pass the Principal.",
					type.getName());
		}
		return ScopeText.join("state", type.getName(), HexFormat.of()
			.formatHex(this.digester.digest(List.of(new Part("the principal", Object.class, principal))).toBytes()));
	}

	/**
	 * Returns the text of a user who has a name.
	 * @param mechanism says where the name comes from
	 * @param name the name
	 * @return the text
	 * @throws IllegalArgumentException if there is no name
	 */
	public static String named(String mechanism, @Nullable String name) {
		if (name == null || name.isBlank()) {
			throw new IllegalArgumentException(
					"the authenticated user has no name, and could be any other one: let the principal have a getName() or toString() that says who it is, or declare an IdempotencyUserResolver bean");
		}
		return ScopeText.join("mechanism", mechanism, name);
	}

}
