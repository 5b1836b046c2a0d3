package io.idempotent.web;

import io.idempotent.database.TestDatabase;
import io.idempotent.database.TestDatabase.Address;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * One application on a real port, with users who authenticate, which is also a client for
 * it.
 */
public final class WebNode extends TestClient implements AutoCloseable {

	public final ConfigurableApplicationContext context;

	public final HandlerRuns handlers;

	static {
		BlockedThreads.watch();
	}

	private WebNode(ConfigurableApplicationContext context) {
		super(context.getEnvironment().getRequiredProperty("local.server.port"));
		this.context = context;
		this.handlers = context.getBean(HandlerRuns.class);
	}

	public WebNode(WebStack stack, Address database, Class<?> source, String... properties) {
		this(new SpringApplicationBuilder(stack.application(), source).web(stack.type())
			.properties("server.port=0", "server.address=127.0.0.1", "spring.main.banner-mode=off",
					"spring.datasource.url=" + database.url(), "spring.datasource.username=" + database.user(),
					"spring.datasource.hikari.maximum-pool-size=10", "spring.jpa.open-in-view=false",
					"idempotent.jdbc.initialize-schema=always")
			.properties(properties)
			.run());
	}

	public WebNode(WebStack stack, Address database, String... properties) {
		this(stack, database, stack.application(), properties);
	}

	public WebNode(Address database, Class<?> source, String... properties) {
		this(WebStack.TOMCAT, database, source, properties);
	}

	public WebNode(Address database, String... properties) {
		this(WebStack.TOMCAT, database, properties);
	}

	public static WebNode start(WebStack stack, String... properties) {
		return new WebNode(stack, TestDatabase.H2.createEmpty(), properties);
	}

	public static WebNode start(String... properties) {
		return start(WebStack.TOMCAT, properties);
	}

	/** Takes all rights from a user. */
	public void revoke(String user) {
		this.context.getBean(TestUsers.class).put(user, "NOBODY");
	}

	public void grant(String user) {
		this.context.getBean(TestUsers.class).put(user, "ADMIN");
	}

	@Override
	public void close() {
		this.handlers.open();
		this.context.close();
		BlockedThreads.assertNone();
	}

}
