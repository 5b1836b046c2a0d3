package io.idempotent.web;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.core.userdetails.UsernameNotFoundException;
import org.springframework.security.crypto.password.PasswordEncoder;

/**
 * Who may authenticate in tests, whose rights may change; the password is "password".
 */
public class TestUsers {

	private final Map<String, String> roles = new ConcurrentHashMap<>(
			Map.of("alice", "USER", "bob", "USER", "admin", "ADMIN"));

	public void put(String name, String role) {
		this.roles.put(name, role);
	}

	public UserDetails find(@Nullable String name) {
		String role = this.roles.get(String.valueOf(name));
		if (role == null) {
			throw new UsernameNotFoundException(name);
		}
		return User.withUsername(String.valueOf(name)).password("password").roles(role).build();
	}

	/** One that takes no time, unlike those for real passwords. */
	public static PasswordEncoder encoder() {
		return new PasswordEncoder() {

			@Override
			public @Nullable String encode(@Nullable CharSequence password) {
				return (password != null) ? password.toString() : null;
			}

			@Override
			public boolean matches(@Nullable CharSequence password, @Nullable String encoded) {
				return password != null && password.toString().equals(encoded);
			}

		};
	}

}
