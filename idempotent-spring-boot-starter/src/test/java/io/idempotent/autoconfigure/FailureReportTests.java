package io.idempotent.autoconfigure;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

@ExtendWith(OutputCaptureExtension.class)
class FailureReportTests {

	@Test
	void anApplicationThatDoesNotStartSaysWhyAndWhatToDo(CapturedOutput output) {
		assertThatException().isThrownBy(() -> start("--idempotent.ttl=0"));
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("The value 'PT0S' of the property 'idempotent.ttl' cannot be used")
			.contains("Correct 'idempotent.ttl', or leave it out to get the default.");
	}

	@Test
	void anApplicationWithoutDatabaseSaysThatIdempotentNeedsOne(CapturedOutput output) {
		assertThatException().isThrownBy(() -> start("--spring.datasource.embedded-database-connection=none"));
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("Idempotent keeps its records in the application's database, and that is not configured")
			.contains("'idempotent.store' to 'memory'");
	}

	@Test
	void theAdviceForASingleNodeIsGood(CapturedOutput output) {
		start("--spring.datasource.embedded-database-connection=none", "--idempotent.store=memory",
				"--spring.autoconfigure.exclude=org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration");
		assertThat(output).contains("Idempotent: ").contains("0 operation(s)").doesNotContain(" WARN ");
	}

	private static void start(String... arguments) {
		SpringApplication application = new SpringApplication(Application.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		application.run(arguments).close();
	}

	@EnableAutoConfiguration
	static class Application {

	}

}
