package io.idempotent.benchmarks.growth;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.idempotent.benchmarks.Grid;

/**
 * What was measured: a document, and a plot beside it for each figure.
 */
final class Report {

	private final Path directory;

	private final List<String> lines = new ArrayList<>();

	/**
	 * Begins it.
	 * @param directory where it is written
	 * @param command what it was measured with
	 * @param machine where it was measured
	 */
	Report(Path directory, String command, List<String> machine) {
		this.directory = directory;
		this.lines.add("<!-- Written by the command `growth` of benchmarks/: not to be edited. -->");
		this.lines.add("# How cost grows: the figures");
		machine.forEach((line) -> this.lines.add("- " + line));
		this.lines.add("- In parentheses: the ratio to the first line of the table.");
		this.lines.add("- Command: `%s`".formatted(command));
	}

	/**
	 * Adds a figure as a table and a plot, and shows it at once.
	 */
	void add(Figure figure) throws IOException {
		Files.createDirectories(this.directory);
		Files.writeString(this.directory.resolve(figure.name() + ".svg"), new Plot(figure).toSvg());
		System.out.println(figure.title() + " (" + figure.unit() + ")");
		heading(figure.name(), figure.title());
		this.lines.add("![%s](%s.svg)".formatted(figure.title(), figure.name()));
		this.lines.add("");
		this.lines.add("Unit: %s.".formatted(figure.unit()));
		add(figure.toGrid());
	}

	/**
	 * Adds a table without a plot.
	 */
	void add(String name, String title, Grid grid) {
		System.out.println(title);
		heading(name, title);
		add(grid);
	}

	private void heading(String name, String title) {
		this.lines.add("");
		// the title may change, a link does not
		this.lines.add("<a id=\"%s\"></a>".formatted(name));
		this.lines.add("");
		this.lines.add("## " + title);
	}

	private void add(Grid grid) {
		System.out.println(grid.toText());
		this.lines.add("");
		this.lines.addAll(grid.toMarkdown());
	}

	void write() throws IOException {
		Files.createDirectories(this.directory);
		Files.write(this.directory.resolve("growth.md"), this.lines);
	}

}
