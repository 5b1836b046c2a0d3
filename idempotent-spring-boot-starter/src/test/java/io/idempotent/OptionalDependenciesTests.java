package io.idempotent;

import java.io.File;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application with nothing on its class path but what the starter requires.
 */
class OptionalDependenciesTests {

	private static final Pattern OPTIONAL = Pattern.compile(
			"(reactor|netty|blockhound|springdoc|swagger|tomcat|jakarta\\.servlet|spring-boot-(webmvc|webflux|reactor|http-codec|netty|tomcat|servlet|web-server|http-converter)|reactive-streams|context-propagation|micrometer|spring-web|spring-boot-(actuator|micrometer|observation)|spring-security|spring-boot-security|spring-data|spring-orm|spring-boot-(data|hibernate|jpa)|hibernate|jakarta\\.(persistence|validation)|kotlin|aspectj|spring-aspects|lincheck|jqwik|archunit).*\\.jar");

	@Test
	void anApplicationWithoutThemStartsAndReplays() throws Exception {
		String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
			.filter((entry) -> !OPTIONAL.matcher(Path.of(entry).getFileName().toString()).matches())
			.collect(Collectors.joining(File.pathSeparator));
		assertThat(classPath)
			.doesNotContain("reactor-core", "spring-web-", "context-propagation-", "micrometer-core", "hibernate-core",
					"aspectjweaver-")
			.contains("spring-aop");
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
				classPath, Application.class.getName())
			.redirectErrorStream(true)
			.start();
		String output;
		try (InputStream stream = process.getInputStream()) {
			output = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
		}
		assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
		assertThat(output).contains("results [1] [1] 2 2").doesNotContain("NoClassDefFoundError", " WARN ");
		assertThat(process.exitValue()).isZero();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(Contracts.class)
	static class Application {

		public static void main(String[] arguments) {
			try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class)
				.web(WebApplicationType.NONE)
				.properties("spring.datasource.url=jdbc:h2:mem:")
				.run()) {
				Contracts contracts = context.getBean(Contracts.class);
				List<Map<String, BigDecimal>> amounts = List.of(Map.of("fee", BigDecimal.ONE));
				System.out.println("results %s %s %s %s".formatted(contracts.submit("k", amounts),
						contracts.submit("k", amounts), contracts.later("k").join(), contracts.later("k").join()));
			}
		}

	}

	static class Contracts {

		private final AtomicInteger runs = new AtomicInteger();

		@Idempotent(key = "#id", operation = "contract.submit")
		List<Integer> submit(String id, List<Map<String, BigDecimal>> amounts) {
			return List.of(this.runs.incrementAndGet());
		}

		@Idempotent(key = "#id", operation = "contract.later")
		CompletableFuture<Integer> later(String id) {
			return CompletableFuture.supplyAsync(this.runs::incrementAndGet);
		}

	}

}
