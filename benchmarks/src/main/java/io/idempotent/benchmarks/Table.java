package io.idempotent.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

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
		List<List<String>> lines = lines();
		int[] widths = new int[Row.HEADINGS.size()];
		lines.forEach((cells) -> {
			for (int i = 0; i < widths.length; i++) {
				widths[i] = Math.max(widths[i], cells.get(i).length());
			}
		});
		StringBuilder text = new StringBuilder(String.join("\n", this.header)).append("\n\n");
		for (List<String> cells : lines) {
			StringBuilder line = new StringBuilder();
			for (int i = 0; i < widths.length; i++) {
				line.append(cells.get(i)).append(" ".repeat(widths[i] - cells.get(i).length() + 2));
			}
			text.append(line.toString().stripTrailing()).append('\n');
		}
		return text.toString();
	}

	void writeMarkdown(Path file) throws IOException {
		List<String> lines = new ArrayList<>();
		this.header.forEach((line) -> lines.add("- " + line));
		lines.add("");
		List<List<String>> table = lines();
		lines.add(markdown(table.get(0)));
		lines.add("|---".repeat(Row.HEADINGS.size()) + "|");
		table.subList(1, table.size()).forEach((cells) -> lines.add(markdown(cells)));
		Files.write(file, lines);
	}

	private List<List<String>> lines() {
		List<List<String>> lines = new ArrayList<>();
		lines.add(Row.HEADINGS);
		this.rows.forEach((row) -> lines.add(row.cells()));
		return lines;
	}

	private static String markdown(List<String> cells) {
		return cells.stream().map((cell) -> cell.replace("|", "\\|")).collect(Collectors.joining(" | ", "| ", " |"));
	}

}
