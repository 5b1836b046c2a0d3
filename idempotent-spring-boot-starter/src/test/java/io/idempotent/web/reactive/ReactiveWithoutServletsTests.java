package io.idempotent.web.reactive;

import java.io.File;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.idempotent.Idempotent;
import io.idempotent.web.IdempotentOperationHandler;
import io.idempotent.web.execute.ExecuteApiNode;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The execute API where there is WebFlux, and neither servlets nor Bean Validation nor
 * Spring Security.
 */
class ReactiveWithoutServletsTests {

	private static final Pattern ABSENT = Pattern.compile(
			"(blockhound|springdoc|swagger|tomcat|jakarta\\.servlet|spring-webmvc|spring-boot-(webmvc|tomcat|servlet|actuator|micrometer|observation|security|data|hibernate|jpa|validation)|spring-security|spring-data|spring-orm|hibernate|jakarta\\.(persistence|validation)|kotlin|lincheck|jqwik|archunit).*\\.jar");

	@Test
	void anApplicationWithoutThemExecutesAndReplays() throws Exception {
		String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
			.filter((entry) -> !ABSENT.matcher(Path.of(entry).getFileName().toString()).matches())
			.collect(Collectors.joining(File.pathSeparator));
		assertThat(classPath).doesNotContain("servlet-api", "tomcat-embed-core", "spring-webmvc-")
			.contains("spring-webflux-");
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
				classPath, Application.class.getName())
			.redirectErrorStream(true)
			.start();
		String output;
		try (InputStream stream = process.getInputStream()) {
			output = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
		}
		assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
		assertThat(output)
			.contains("answer 200 {\"status\":\"completed\",\"result\":1}\n",
					"answer 200 {\"status\":\"completed\",\"result\":1} replayed", "answer 200 handled 1\n",
					"answer 200 handled 1 replayed", "answer 400 {\"detail\":")
			.doesNotContain("NoClassDefFoundError")
			.containsOnlyOnce("are shared by all clients");
		assertThat(process.exitValue()).isZero();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import({ Count.class, Handler.class })
	static class Application {

		public static void main(String[] arguments) throws Exception {
			try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class)
				.web(WebApplicationType.REACTIVE)
				.properties("spring.datasource.url=jdbc:h2:mem:", "server.port=0", "server.address=127.0.0.1",
						"idempotent.web.execute-api.enabled=true", "idempotent.local-cache.enabled=false")
				.run()) {
				String base = "http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port");
				for (int i = 0; i < 2; i++) {
					send(base + ExecuteApiNode.PATH, "one");
					send(base + "/handled", "two");
				}
				send(base + "/handled", "not,a,key");
			}
		}

		private static void send(String uri, String key) throws Exception {
			HttpRequest request = HttpRequest.newBuilder(URI.create(uri))
				.header("Content-Type", "application/json")
				.header("Idempotency-Key", key)
				.POST(BodyPublishers.ofString("{\"operation\":\"count\"}"))
				.build();
			var response = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
			System.out.println("answer %d %s%s".formatted(response.statusCode(), response.body(),
					response.headers().firstValue("Idempotent-Replayed").isPresent() ? " replayed" : ""));
		}

	}

	@RestController
	static class Handler {

		private final AtomicInteger runs = new AtomicInteger();

		@Idempotent(operation = "handled")
		@PostMapping("/handled")
		Mono<String> handle() {
			return Mono.fromSupplier(() -> "handled " + this.runs.incrementAndGet());
		}

	}

	static class Count implements IdempotentOperationHandler<Object, Integer> {

		private final AtomicInteger runs = new AtomicInteger();

		@Override
		public String name() {
			return "count";
		}

		@Override
		public Class<Object> payloadType() {
			return Object.class;
		}

		@Override
		public Integer handle(Object payload) {
			return this.runs.incrementAndGet();
		}

	}

}
