package io.idempotent.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

class ConfigurationMetadataTests {

	private static final Map<String, String> DOCUMENTED = Map.ofEntries(Map.entry("enabled", "true"),
			Map.entry("store", "auto"), Map.entry("ttl", "24h"), Map.entry("lease", "30s"),
			Map.entry("max-lease", "1h"), Map.entry("on-in-progress", "reject"), Map.entry("wait-timeout", "10s"),
			Map.entry("on-abandoned", "hold"), Map.entry("transaction", "independent"),
			Map.entry("unknown-failures", "InterruptedIOException, HttpTimeoutException, TimeoutException, "
					+ "CancellationException, InterruptedException, TransactionSystemException, VirtualMachineError"),
			Map.entry("max-key-length", "255"), Map.entry("max-result-size", "1MB"),
			Map.entry("local-cache.enabled", "true"), Map.entry("local-cache.max-size", "64MB"),
			Map.entry("local-cache.ttl", "10m"), Map.entry("jdbc.table-name", "idempotency_record"),
			Map.entry("jdbc.initialize-schema", "embedded"),
			Map.entry("jdbc.schema", "classpath:io/idempotent/store/jdbc/@@platform@@/R__idempotency_record.sql"),
			Map.entry("jdbc.platform", ""), Map.entry("purge.enabled", "true"), Map.entry("purge.interval", "1m"),
			Map.entry("purge.batch-size", "1000"), Map.entry("web.enabled", "true"),
			Map.entry("web.header", "Idempotency-Key"), Map.entry("web.key-required", "true"),
			Map.entry("web.anonymous", ""), Map.entry("web.max-body-size", "1MB"),
			Map.entry("web.on-server-error", "release"), Map.entry("web.problem-base-uri", ""),
			Map.entry("web.execute-api.enabled", "false"),
			Map.entry("web.execute-api.path", "/v1/idempotency/execute"));

	@Test
	void everyDocumentedPropertyAndNoOtherIsThereWithItsDefault() throws IOException {
		Map<String, String> defaults = new TreeMap<>();
		properties().forEach((name, property) -> defaults.put(name, text(property.path("defaultValue"))));
		assertThat(defaults).isEqualTo(new TreeMap<>(DOCUMENTED));
	}

	@Test
	void everyPropertyHasADescriptionThatIsASentence() throws IOException {
		assertThat(properties()).isNotEmpty()
			.allSatisfy((name, property) -> assertThat(property.path("description").asString("")).as(name)
				.matches("[A-Z].{15,}\\."));
	}

	private static String text(JsonNode value) {
		if (!value.isArray()) {
			return value.asString("");
		}
		return value.valueStream()
			.map((type) -> ClassUtils.getShortName(type.asString()))
			.collect(Collectors.joining(", "));
	}

	private static Map<String, JsonNode> properties() throws IOException {
		Map<String, JsonNode> properties = new TreeMap<>();
		try (InputStream metadata = ConfigurationMetadataTests.class.getClassLoader()
			.getResourceAsStream("META-INF/spring-configuration-metadata.json")) {
			// first on the class path: that of this module
			JsonMapper.shared().readTree(metadata).path("properties").forEach((property) -> {
				String name = property.path("name").asString();
				if (name.startsWith("idempotent.")) {
					properties.put(name.substring("idempotent.".length()), property);
				}
			});
		}
		return properties;
	}

}
