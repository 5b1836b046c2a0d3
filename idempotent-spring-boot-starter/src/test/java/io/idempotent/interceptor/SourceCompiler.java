package io.idempotent.interceptor;

import java.io.File;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;

import javax.tools.ToolProvider;

import io.idempotent.Idempotent;

import org.springframework.core.ResolvableType;

/**
 * Compiles classes as this build never would: without parameter names, or with types that
 * it does not have.
 */
public final class SourceCompiler {

	private final Path directory;

	public SourceCompiler(Path directory) {
		this.directory = directory;
	}

	public Class<?> compile(String name, String source) throws Exception {
		int dot = name.lastIndexOf('.');
		Path file = this.directory.resolve(name.replace('.', '/') + ".java");
		Files.createDirectories(file.getParent());
		Files.writeString(file, "package %s;%n%s".formatted(name.substring(0, dot), source));
		String classPath = String.join(File.pathSeparator, locationOf(Idempotent.class),
				locationOf(ResolvableType.class), this.directory.toString());
		int result = ToolProvider.getSystemJavaCompiler()
			.run(null, null, null, "-proc:none", "-cp", classPath, "-d", this.directory.toString(), file.toString());
		if (result != 0) {
			throw new IllegalStateException(name + " does not compile");
		}
		return Class.forName(name, true, new URLClassLoader(new URL[] { this.directory.toUri().toURL() },
				SourceCompiler.class.getClassLoader()));
	}

	private static String locationOf(Class<?> type) throws URISyntaxException {
		return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
	}

}
