package io.idempotent.benchmarks;

import java.util.ArrayList;
import java.util.List;

import javax.sql.DataSource;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * A real application on a database, with the starter as it configures itself.
 */
public final class Node implements AutoCloseable {

	private final ConfigurableApplicationContext context;

	/**
	 * Starts the application.
	 * @param beans its configuration, such as a class of a bean
	 * @param dataSource where its records are kept
	 * @param properties such as {@code idempotent.ttl=1h}
	 */
	public Node(Class<?> beans, DataSource dataSource, String... properties) {
		List<String> all = new ArrayList<>(List.of("spring.main.banner-mode=off", "logging.level.root=WARN",
				"idempotent.jdbc.initialize-schema=always", "idempotent.purge.enabled=false"));
		all.addAll(List.of(properties));
		this.context = new SpringApplicationBuilder(Application.class, beans).web(WebApplicationType.NONE)
			.initializers((context) -> context.getBeanFactory().registerSingleton("dataSource", dataSource))
			.run(all.stream().map((property) -> "--" + property).toArray(String[]::new));
	}

	/**
	 * A bean, as another bean would get it.
	 * @param <T> its type
	 * @param type its type
	 * @return the bean
	 */
	public <T> T get(Class<T> type) {
		return this.context.getBean(type);
	}

	@Override
	public void close() {
		this.context.close();
	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
