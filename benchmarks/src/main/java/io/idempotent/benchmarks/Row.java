package io.idempotent.benchmarks;

import java.util.List;
import java.util.Locale;

/**
 * One line of the table.
 *
 * @param what the path
 * @param figure what was measured of it
 * @param reference what it is compared with
 * @param referenceFigure what was measured of that, in the same run
 * @param ratio the figure divided by that of the reference, as a text
 * @param target what the ratio should be, empty if it is there for information
 * @param verdict met, missed, or empty
 */
public record Row(String what, String figure, String reference, String referenceFigure, String ratio, String target,
		String verdict) {

	static final List<String> HEADINGS = List.of("what", "figure", "reference", "its figure", "ratio", "target", "");

	/**
	 * A row that is met by a small ratio.
	 * @param what the path
	 * @param figure what was measured of it
	 * @param reference what it is compared with
	 * @param referenceFigure what was measured of that
	 * @param ratio the ratio
	 * @param limit the largest that is allowed
	 * @return the row
	 */
	public static Row atMost(String what, String figure, String reference, String referenceFigure, double ratio,
			double limit) {
		return new Row(what, figure, reference, referenceFigure, text(ratio), "<= " + text(limit),
				verdict(ratio <= limit));
	}

	static Row atLeast(String what, String figure, String reference, String referenceFigure, double ratio,
			double limit) {
		return new Row(what, figure, reference, referenceFigure, text(ratio), ">= " + text(limit),
				verdict(ratio >= limit));
	}

	/**
	 * A row that is there for information.
	 * @param what the path
	 * @param figure what was measured of it
	 * @param reference what it is compared with
	 * @param referenceFigure what was measured of that
	 * @param ratio the ratio
	 * @return the row
	 */
	public static Row information(String what, String figure, String reference, String referenceFigure, double ratio) {
		return new Row(what, figure, reference, referenceFigure, text(ratio), "", "");
	}

	/**
	 * A row whose figure has to be a certain one, as counts have.
	 */
	static Row exactly(String what, String figure, String target) {
		return new Row(what, figure, "", "", "", target, verdict(figure.equals(target)));
	}

	private static String verdict(boolean met) {
		return met ? "met" : "MISSED";
	}

	private static String text(double ratio) {
		return String.format(Locale.ROOT, "%.2f", ratio);
	}

	List<String> cells() {
		return List.of(this.what, this.figure, this.reference, this.referenceFigure, this.ratio, this.target,
				this.verdict);
	}

}
