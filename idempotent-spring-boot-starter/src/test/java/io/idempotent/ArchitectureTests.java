package io.idempotent;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Calendar;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TimeZone;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.properties.HasName;
import com.tngtech.archunit.core.domain.properties.HasOwner;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.conditions.ArchConditions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.transaction.TransactionManager;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The rooms and who may import whom.
 */
class ArchitectureTests {

	private static final String BASE = "io.idempotent";

	private static final Map<String, Set<String>> ROOMS = Map.ofEntries(room("", List.of()), room("store", List.of("")),
			room("store.memory", List.of("", "store")), room("store.jdbc", List.of("", "store")),
			room("client", List.of("")), room("engine.failure", List.of("")),
			room("engine.operation", List.of("", "store", "engine.failure")),
			room("engine.outcome", List.of("", "store", "engine.failure", "engine.operation")),
			room("engine.transaction", List.of("", "store", "engine.failure", "engine.operation")),
			room("engine.claim",
					List.of("", "store", "engine.failure", "engine.operation", "engine.outcome", "engine.transaction")),
			room("engine",
					List.of("", "store", "engine.failure", "engine.operation", "engine.outcome", "engine.transaction",
							"engine.claim")),
			room("codec.payload", List.of("store", "engine", "engine.operation")),
			room("codec.result", List.of("", "engine.operation", "engine.outcome", "codec.payload")),
			room("interceptor", List.of("", "store", "engine", "engine.operation")),
			room("interceptor.validation", List.of("", "engine.operation", "interceptor")),
			room("web", List.of("", "engine.outcome")),
			room("web.request",
					List.of("", "store", "engine", "engine.operation", "engine.outcome", "engine.transaction",
							"engine.claim", "interceptor", "web")),
			room("web.servlet",
					List.of("", "store", "engine", "engine.operation", "interceptor", "web", "web.request")),
			room("web.reactive",
					List.of("", "store", "engine", "engine.operation", "interceptor", "web", "web.request")),
			room("web.execute",
					List.of("", "store", "engine", "engine.operation", "engine.outcome", "engine.transaction",
							"engine.claim", "web", "web.request", "web.reactive")),
			room("web.openapi", List.of("engine.operation", "interceptor", "web.request")),
			room("observability", List.of("", "engine.claim")),
			room("actuate", List.of("", "store", "engine.operation")));

	private static Map.Entry<String, Set<String>> room(String name, List<String> imported) {
		return Map.entry(packageOf(name),
				imported.stream().map(ArchitectureTests::packageOf).collect(Collectors.toSet()));
	}

	private static String packageOf(String room) {
		return room.isEmpty() ? BASE : BASE + "." + room;
	}

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
			.filter((name) -> !name.equals(room) && !ROOMS.get(room).contains(name))
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
			.resideInAPackage(BASE + ".engine..")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("tools.jackson..", "io.micrometer..", "jakarta..", "org.springframework.web..")
			.check(MAIN);
	}

	@Test
	void oneClassOfTheEngineKnowsReactorWhichMayBeAbsent() {
		noClasses().that()
			.resideInAPackage(BASE + ".engine..")
			.and()
			.haveNameNotMatching(".*\\.ReactorResult(\\$.*)?")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("reactor..", "org.reactivestreams..")
			.check(MAIN);
	}

	@Test
	void onlyAnAttemptTakesItsCallOffThoseInFlight() {
		noClasses().that()
			.haveNameNotMatching(".*\\.(Attempt|Admission|InFlightCalls)")
			.should()
			.callMethodWhere(JavaCall.Predicates
				.target(HasOwner.Predicates.With.owner(JavaClass.Predicates.simpleName("InFlightCalls")))
				.and(JavaCall.Predicates.target(HasName.Predicates.name("leave"))))
			.check(MAIN);
	}

	@Test
	void whatAnOperationIsKnowsNoStoreAndNoTransactionManager() {
		noClasses().that()
			.resideInAPackage(BASE + ".engine.operation")
			.and()
			.doNotHaveSimpleName("MethodTransaction")
			.should()
			.dependOnClassesThat()
			.haveSimpleName("IdempotencyStore")
			.orShould()
			.dependOnClassesThat()
			.areAssignableTo(TransactionManager.class)
			.check(MAIN);
	}

	@Test
	void onlyServletsKnowServletsAndOnlyWebFluxKnowsReactor() {
		noClasses().that()
			.resideInAnyPackage(BASE + ".web.request", BASE + ".web.reactive")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("jakarta.servlet..", "org.springframework.web.servlet..")
			.check(MAIN);
		noClasses().that()
			.resideInAnyPackage(BASE + ".web.request", BASE + ".web.servlet")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("reactor..", "org.springframework.web.reactive..", "org.springframework.web.server..")
			.check(MAIN);
	}

	@Test
	void oneClassOfTheCodecKnowsTheWebWhichMayBeAbsent() {
		noClasses().that()
			.resideInAPackage(BASE + ".codec..")
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
	void theTableOfRoomsHasNoCycle() {
		Set<String> reached = new HashSet<>();
		while (reached.size() < ROOMS.size()) {
			List<String> next = ROOMS.keySet()
				.stream()
				.filter((room) -> !reached.contains(room) && reached.containsAll(ROOMS.get(room)))
				.toList();
			assertThat(next).as("rooms that import only %s", reached).isNotEmpty();
			reached.addAll(next);
		}
	}

	/**
	 * What is stored, compared or shown is the same on each node.
	 */
	@Test
	void nothingDependsOnTheLocaleTheTimeZoneOrTheCharsetOfTheJvm() {
		noClasses().should(call(String.class, "toLowerCase"))
			.orShould(call(String.class, "toUpperCase"))
			.orShould(call(String.class, "getBytes"))
			.orShould(call(String.class, "<init>", byte[].class))
			.orShould(call(String.class, "format", String.class, Object[].class))
			.orShould(call(Locale.class, "getDefault"))
			.orShould(call(TimeZone.class, "getDefault"))
			.orShould(call(ZoneId.class, "systemDefault"))
			.orShould(call(LocalDate.class, "now"))
			.orShould(call(LocalDateTime.class, "now"))
			.orShould(call(ZonedDateTime.class, "now"))
			.orShould(call(OffsetDateTime.class, "now"))
			.orShould(call(Calendar.class, "getInstance"))
			.orShould(call(Charset.class, "defaultCharset"))
			.orShould(call(InputStreamReader.class, "<init>", InputStream.class))
			.orShould(call(Date.class, "toString"))
			.orShould()
			.dependOnClassesThat()
			.resideInAPackage("java.text")
			.check(MAIN);
	}

	private static ArchCondition<JavaClass> call(Class<?> owner, String method, Class<?>... parameters) {
		return ArchConditions.callMethod(owner, method, parameters);
	}

	/**
	 * A format writes numbers by the locale of the JVM unless it says %s.
	 */
	@Test
	void noFormatWritesNumbersByTheLocaleOfTheJvm() throws IOException {
		Pattern numbers = Pattern.compile("%(\\d+\\$)?[-#+ 0,(]*\\d*(\\.\\d+)?[doxXeEfgGaAtT]");
		List<Path> sources;
		try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
			sources = files.filter((file) -> file.toString().endsWith(".java")).toList();
		}
		assertThat(sources).hasSizeGreaterThan(100);
		for (Path source : sources) {
			assertThat(Files.readString(source).lines().filter(numbers.asPredicate())).as(source.toString()).isEmpty();
		}
	}

}
