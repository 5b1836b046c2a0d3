package io.idempotent.benchmarks.growth;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import io.idempotent.benchmarks.Grid;

/**
 * A curve as it was measured.
 *
 * @param name that of its file
 * @param title what it shows
 * @param steps what grows
 * @param unit of what is plotted
 * @param logarithmic how the axis of that is divided
 * @param columns what was measured
 */
record Figure(String name, String title, Steps steps, String unit, boolean logarithmic, List<Column> columns) {

	List<Column> plotted() {
		return this.columns.stream().filter(Column::plotted).toList();
	}

	Grid toGrid() {
		List<List<String>> lines = new ArrayList<>();
		lines.add(Stream.concat(Stream.of(this.steps.label()), this.columns.stream().map(Column::name)).toList());
		for (int i = 0; i < this.steps.values().size(); i++) {
			int step = i;
			lines.add(
					Stream
						.concat(Stream.of(this.steps.texts().get(step)),
								this.columns.stream().map((column) -> column.cell(step)))
						.toList());
		}
		return new Grid(lines);
	}

}
