package io.idempotent.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Cells in lines and columns.
 *
 * @param lines the headings first, all of the same length
 */
public record Grid(List<List<String>> lines) {

	/**
	 * For a terminal.
	 * @return the text, each line with its end
	 */
	public String toText() {
		int[] widths = new int[this.lines.get(0).size()];
		this.lines.forEach((cells) -> {
			for (int i = 0; i < widths.length; i++) {
				widths[i] = Math.max(widths[i], cells.get(i).length());
			}
		});
		StringBuilder text = new StringBuilder();
		for (List<String> cells : this.lines) {
			StringBuilder line = new StringBuilder();
			for (int i = 0; i < widths.length; i++) {
				line.append(cells.get(i)).append(" ".repeat(widths[i] - cells.get(i).length() + 2));
			}
			text.append(line.toString().stripTrailing()).append('\n');
		}
		return text.toString();
	}

	/**
	 * For a document.
	 * @return the lines of a table of Markdown
	 */
	public List<String> toMarkdown() {
		List<String> markdown = new ArrayList<>();
		markdown.add(markdown(this.lines.get(0)));
		markdown.add("|---".repeat(this.lines.get(0).size()) + "|");
		this.lines.subList(1, this.lines.size()).forEach((cells) -> markdown.add(markdown(cells)));
		return markdown;
	}

	private static String markdown(List<String> cells) {
		return cells.stream().map((cell) -> cell.replace("|", "\\|")).collect(Collectors.joining(" | ", "| ", " |"));
	}

}
