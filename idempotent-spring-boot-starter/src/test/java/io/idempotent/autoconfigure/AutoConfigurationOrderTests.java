package io.idempotent.autoconfigure;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

class AutoConfigurationOrderTests {

	static List<String> ours() throws IOException {
		return ImportCandidates.load(AutoConfiguration.class, null)
			.getCandidates()
			.stream()
			.filter((name) -> name.startsWith("io.idempotent."))
			.toList();
	}

	@ParameterizedTest
	@MethodSource("ours")
	void whatAnAutoConfigurationComesAfterExists(String name) throws ClassNotFoundException {
		AutoConfiguration annotation = Class.forName(name).getAnnotation(AutoConfiguration.class);
		assertThat(annotation).isNotNull();
		assertThat(Stream.of(annotation.afterName(), annotation.beforeName()).flatMap(Stream::of))
			.allMatch((other) -> ClassUtils.isPresent(other, null));
	}

	@Test
	void allAutoConfigurationsAreRegistered() throws IOException {
		assertThat(ours()).hasSize(10).isSorted();
	}

}
