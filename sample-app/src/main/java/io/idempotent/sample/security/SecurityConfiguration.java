package io.idempotent.sample.security;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;

/**
 * Authenticates whoever sends a key of its own: the starter keeps the keys of one user
 * apart from those of another. What takes its key from the request itself is open.
 */
@Configuration(proxyBeanMethods = false)
class SecurityConfiguration {

	private static final String[] OPEN = { "/contracts/**", "/chain/**", "/swagger-ui.html", "/swagger-ui/**",
			"/v3/api-docs/**", "/v3/api-docs.yaml", "/actuator/health", "/error" };

	@Bean
	SecurityFilterChain securityFilterChain(HttpSecurity http) throws Exception {
		return http.httpBasic(Customizer.withDefaults())
			.sessionManagement((sessions) -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
			// right for clients other than browsers only, as these send a password
			// unasked
			.csrf(AbstractHttpConfigurer::disable)
			.authorizeHttpRequests(
					(requests) -> requests.requestMatchers(OPEN).permitAll().anyRequest().authenticated())
			.build();
	}

	/** For the demonstration only: the passwords are the names, and in clear text. */
	@Bean
	@SuppressWarnings("UnnecessaryMethodReference") // see below
	UserDetailsService demoUsers() {
		InMemoryUserDetailsManager users = new InMemoryUserDetailsManager(demoUser("alice"), demoUser("bob"));
		// the manager itself would have the passwords encoded at the first login, and
		// checking
		// these takes a tenth of a second per request
		return users::loadUserByUsername;
	}

	private static UserDetails demoUser(String name) {
		return User.withUsername(name).password("{noop}" + name).roles("USER").build();
	}

}
