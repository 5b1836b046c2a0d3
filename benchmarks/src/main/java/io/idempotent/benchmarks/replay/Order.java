package io.idempotent.benchmarks.replay;

import java.math.BigDecimal;

/**
 * A payload that nobody can change: about 1 KB as JSON.
 */
record Order(String customer, String reference, Address billing, Address delivery, Line first, Line second, Line third,
		String note) {

	/** A new one that is equal to all others. */
	static Order create() {
		return new Order(text("customer-4711", 40), text("PO-2026-11-24", 40), Address.create(), Address.create(),
				Line.create(1), Line.create(2), Line.create(3), text("Leave it at the door, please. ", 170));
	}

	static String text(String start, int length) {
		return (start + "abcdefghij0123456789 ".repeat(length / 20 + 1)).substring(0, length);
	}

	record Address(String name, String street, String city, String postcode, String country) {

		static Address create() {
			return new Address(text("Alice Example", 30), text("Long Street 42", 30), text("Springfield", 20), "12345",
					"US");
		}

	}

	record Line(String article, String description, int quantity, BigDecimal price) {

		static Line create(int number) {
			return new Line("article-" + number, text("Something useful ", 60), number,
					new BigDecimal("19.95").multiply(BigDecimal.valueOf(number)));
		}

	}

}
