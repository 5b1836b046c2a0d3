package io.idempotent.benchmarks.growth;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Locale;

/**
 * Draws a figure: lines with a mark for each step, the legend below.
 */
final class Plot {

	private static final int WIDTH = 760;

	private static final int LEFT = 92;

	private static final int RIGHT = WIDTH - 40;

	private static final int TOP = 56;

	private static final int BOTTOM = 376;

	/** Between the axis and the first and last step. */
	private static final int MARGIN = 24;

	private static final int LEGEND = BOTTOM + 72;

	private static final int LEGEND_LINE = 22;

	/** Told apart also by those who see fewer colours. */
	private static final List<String> COLOURS = List.of("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#b07d00",
			"#56b4e9");

	private static final List<String> MARKS = List.of("M-4,-4H4V4H-4Z", "M0,-6L6,5H-6Z", "M0,-6L6,0L0,6L-6,0Z",
			"M-5,-2H-2V-5H2V-2H5V2H2V5H-2V2H-5Z", "M0,6L6,-5H-6Z", "M-5,-3H5V3H-5Z");

	private final Figure figure;

	private final List<Column> columns;

	private final Axis across;

	private final Axis up;

	private final StringBuilder svg = new StringBuilder();

	Plot(Figure figure) {
		this.figure = figure;
		this.columns = figure.plotted();
		this.across = Axis.of(figure.steps());
		this.up = Axis.of(this.columns.stream().flatMap((column) -> column.values().stream()).toList(),
				figure.logarithmic());
	}

	String toSvg() {
		int height = LEGEND + this.columns.size() * LEGEND_LINE;
		add("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%1$d\" height=\"%2$d\" "
				+ "font-family=\"Helvetica, Arial, sans-serif\" font-size=\"13\" fill=\"#333\" role=\"img\">", WIDTH,
				height);
		add("<title>%s</title>", escape(this.figure.title()));
		add("<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>", WIDTH, height);
		text(WIDTH / 2.0, 26, "middle", "font-size=\"16\" font-weight=\"bold\"", this.figure.title());
		grid();
		for (int i = 0; i < this.columns.size(); i++) {
			line(i);
			legend(i);
		}
		add("</svg>");
		return this.svg.toString();
	}

	private void grid() {
		for (double tick : this.up.ticks()) {
			double y = y(tick);
			add("<path d=\"M%d,%.1fH%d\" stroke=\"#ddd\"/>", LEFT, y, RIGHT);
			text(LEFT - 8, y + 4.5, "end", "", number(tick));
		}
		for (int i = 0; i < this.across.ticks().size(); i++) {
			double x = x(this.across.ticks().get(i));
			add("<path d=\"M%.1f,%dv5\" stroke=\"#333\"/>", x, BOTTOM);
			text(x, BOTTOM + 20, "middle", "", this.figure.steps().texts().get(i));
		}
		add("<path d=\"M%d,%dV%dH%d\" fill=\"none\" stroke=\"#333\"/>", LEFT, TOP, BOTTOM, RIGHT);
		text((LEFT + RIGHT) / 2.0, BOTTOM + 44, "middle", "",
				this.figure.steps().label() + (this.across.logarithmic() ? " (logarithmic)" : ""));
		text(0, 0, "middle", "transform=\"translate(20 %d) rotate(-90)\"".formatted((TOP + BOTTOM) / 2),
				this.figure.unit() + (this.up.logarithmic() ? " (logarithmic)" : ""));
	}

	private void line(int number) {
		StringBuilder points = new StringBuilder();
		List<Integer> steps = this.figure.steps().values();
		for (int i = 0; i < steps.size(); i++) {
			points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x(steps.get(i)),
					y(this.columns.get(number).values().get(i))));
		}
		add("<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>", points.toString().strip(),
				COLOURS.get(number));
		for (int i = 0; i < steps.size(); i++) {
			mark(number, x(steps.get(i)), y(this.columns.get(number).values().get(i)));
		}
	}

	private void legend(int number) {
		int y = LEGEND + number * LEGEND_LINE;
		add("<path d=\"M%d,%dh32\" stroke=\"%s\" stroke-width=\"2\"/>", LEFT, y, COLOURS.get(number));
		mark(number, LEFT + 16, y);
		text(LEFT + 42, y + 4.5, "start", "", this.columns.get(number).name());
	}

	private void mark(int number, double x, double y) {
		add("<path transform=\"translate(%.1f %.1f)\" d=\"%s\" fill=\"%s\"/>", x, y, MARKS.get(number),
				COLOURS.get(number));
	}

	private double x(double value) {
		return LEFT + MARGIN + this.across.position(value) * (RIGHT - LEFT - 2 * MARGIN);
	}

	private double y(double value) {
		return BOTTOM - this.up.position(value) * (BOTTOM - TOP);
	}

	private void text(double x, double y, String anchor, String attributes, String text) {
		add("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" %s>%s</text>", x, y, anchor, attributes, escape(text));
	}

	private void add(String format, Object... arguments) {
		this.svg.append(String.format(Locale.ROOT, format, arguments)).append('\n');
	}

	private static String number(double value) {
		return (value >= 1_000) ? String.format(Locale.ROOT, "%,.0f", value)
				: new BigDecimal(value).round(new MathContext(6)).stripTrailingZeros().toPlainString();
	}

	private static String escape(String text) {
		return text.replace("&", "&amp;").replace("<", "&lt;");
	}

}
