package io.idempotent;

import java.util.List;
import java.util.Map;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The rooms and who may import whom.
 */
class ArchitectureTests {

	private static final String BASE = "io.idempotent";

	private static final Map<String, String[]> ROOMS = Map.ofEntries(Map.entry(BASE, new String[] {}),
			Map.entry(BASE + ".store", new String[] { BASE }),
			Map.entry(BASE + ".engine", new String[] { BASE, BASE + ".store" }),
			Map.entry(BASE + ".interceptor", new String[] { BASE, BASE + ".store", BASE + ".engine" }),
			Map.entry(BASE + ".store.memory", new String[] { BASE, BASE + ".store" }),
			Map.entry(BASE + ".store.jdbc", new String[] { BASE, BASE + ".store" }),
			Map.entry(BASE + ".web", new String[] { BASE, BASE + ".store", BASE + ".engine", BASE + ".interceptor" }),
			Map.entry(BASE + ".client", new String[] { BASE }),
			Map.entry(BASE + ".codec", new String[] { BASE, BASE + ".store", BASE + ".engine" }),
			Map.entry(BASE + ".observability", new String[] { BASE, BASE + ".store", BASE + ".engine" }),
			Map.entry(BASE + ".actuate", new String[] { BASE, BASE + ".store", BASE + ".engine" }));

	private static final JavaClasses MAIN = new ClassFileImporter()
		.withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
		.importPackages(BASE);

	static Iterable<String> rooms() {
		return ROOMS.keySet();
	}

	@ParameterizedTest
	@MethodSource("rooms")
	void aRoomImportsOnlyTheRoomsItMay(String room) {
		String[] others = MAIN.stream()
			.map((type) -> type.getPackageName())
			.distinct()
			.filter((name) -> !name.equals(room) && !List.of(ROOMS.get(room)).contains(name))
			.toArray(String[]::new);
		noClasses().that().resideInAPackage(room).should().dependOnClassesThat().resideInAnyPackage(others).check(MAIN);
	}

	@Test
	void everyPackageIsARoom() {
		assertThat(MAIN.stream().map((type) -> type.getPackageName()).distinct())
			.allMatch((name) -> ROOMS.containsKey(name) || name.equals(BASE + ".autoconfigure"));
	}

	@Test
	void theBaseNeedsOnlyTheJdkJSpecifyAndSpringCore() {
		classes().that()
			.resideInAPackage(BASE)
			.and()
			.doNotHaveFullyQualifiedName(BASE + ".IdempotencyContextAccessor")
			.should()
			.onlyDependOnClassesThat()
			.resideInAnyPackage(BASE, "java..", "org.jspecify..", "org.springframework.core..",
					"org.springframework.aot.hint..")
			.check(MAIN);
	}

	@Test
	void theEngineKnowsNoJsonNoMetricsAndNoWeb() {
		noClasses().that()
			.resideInAPackage(BASE + ".engine")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("tools.jackson..", "io.micrometer..", "jakarta..", "org.springframework.web..")
			.check(MAIN);
	}

	@Test
	void oneClassOfTheCodecKnowsTheWebWhichMayBeAbsent() {
		noClasses().that()
			.resideInAPackage(BASE + ".codec")
			.and()
			.haveNameNotMatching(".*\\.WebForms(\\$.*)?")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("org.springframework.http..", "org.springframework.web..")
			.check(MAIN);
	}

	@Test
	void oneClassOfTheClientKnowsWebFluxWhichMayBeAbsent() {
		noClasses().that()
			.resideInAPackage(BASE + ".client")
			.and()
			.haveNameNotMatching(".*\\.IdempotencyExchangeFilter(\\$.*)?")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("org.springframework.web.reactive..", "reactor..", "org.reactivestreams..")
			.orShould()
			.dependOnClassesThat()
			.haveFullyQualifiedName(BASE + ".client.IdempotencyExchangeFilter")
			.check(MAIN);
	}

	@Test
	void thereAreNoCycles() {
		slices().matching("(io.idempotent..)").should().beFreeOfCycles().check(MAIN);
	}

}
