package io.idempotent.benchmarks.replay;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A payload that can be changed, with a list and a map: about 1 KB as JSON.
 */
class OrderBean {

	private String customer = Order.text("customer-4711", 40);

	private String note = Order.text("Leave it at the door, please. ", 300);

	private List<Line> lines = new ArrayList<>(List.of(new Line(1), new Line(2), new Line(3), new Line(4)));

	private Map<String, String> labels = new LinkedHashMap<>(
			Map.of("channel", "web", "campaign", "autumn-2026", "region", "north"));

	public String getCustomer() {
		return this.customer;
	}

	public void setCustomer(String customer) {
		this.customer = customer;
	}

	public String getNote() {
		return this.note;
	}

	public void setNote(String note) {
		this.note = note;
	}

	public List<Line> getLines() {
		return this.lines;
	}

	public void setLines(List<Line> lines) {
		this.lines = lines;
	}

	public Map<String, String> getLabels() {
		return this.labels;
	}

	public void setLabels(Map<String, String> labels) {
		this.labels = labels;
	}

	static class Line {

		private String article;

		private String description = Order.text("Something useful ", 60);

		private int quantity;

		private BigDecimal price;

		Line(int number) {
			this.article = "article-" + number;
			this.quantity = number;
			this.price = new BigDecimal("19.95").multiply(BigDecimal.valueOf(number));
		}

		public String getArticle() {
			return this.article;
		}

		public void setArticle(String article) {
			this.article = article;
		}

		public String getDescription() {
			return this.description;
		}

		public void setDescription(String description) {
			this.description = description;
		}

		public int getQuantity() {
			return this.quantity;
		}

		public void setQuantity(int quantity) {
			this.quantity = quantity;
		}

		public BigDecimal getPrice() {
			return this.price;
		}

		public void setPrice(BigDecimal price) {
			this.price = price;
		}

	}

}
