package io.idempotent.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The rows, below a description of where they were measured.
 */
public final class Table {

	private final List<String> header;

	private final List<Row> rows = new ArrayList<>();

	Table(List<String> header) {
		this.header = header;
	}

	/**
	 * Adds a row, and shows it at once.
	 * @param row the row
	 */
	public void add(Row row) {
		this.rows.add(row);
		System.out.println(String.join(" | ", row.cells()));
	}

	String toText() {
		return String.join("\n", this.header) + "\n\n" + grid().toText();
	}

	void writeMarkdown(Path file) throws IOException {
		List<String> lines = new ArrayList<>();
		this.header.forEach((line) -> lines.add("- " + line));
		lines.add("");
		lines.addAll(grid().toMarkdown());
		Files.write(file, lines);
	}

	private Grid grid() {
		List<List<String>> lines = new ArrayList<>();
		lines.add(Row.HEADINGS);
		this.rows.forEach((row) -> lines.add(row.cells()));
		return new Grid(lines);
	}

}
