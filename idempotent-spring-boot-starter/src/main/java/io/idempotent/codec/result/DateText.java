package io.idempotent.codec.result;

import java.sql.Time;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.temporal.ChronoField;
import java.util.Date;

/**
 * Dates as text that keeps their nanoseconds, and which kind of date they are: what a
 * database returned as a {@code Date} often is a {@code Timestamp}.
 */
@SuppressWarnings("JavaUtilDate") // the results of others
final class DateText {

	private DateText() {
	}

	static String write(Date date) {
		Instant instant = Instant.ofEpochMilli(date.getTime());
		if (date instanceof Timestamp timestamp) {
			instant = instant.with(ChronoField.NANO_OF_SECOND, timestamp.getNanos());
		}
		return kind(date.getClass()) + " " + instant;
	}

	static Date read(String text, Class<?> declared) {
		String[] parts = text.split(" ", 2);
		Instant instant = Instant.parse(parts[1]);
		Date date = switch (parts[0]) {
			case "date" -> Date.from(instant);
			case "timestamp" -> Timestamp.from(instant);
			case "sql-date" -> new java.sql.Date(instant.toEpochMilli());
			case "sql-time" -> new Time(instant.toEpochMilli());
			default -> throw new IllegalArgumentException("no kind of date: " + parts[0]);
		};
		return (Date) declared.cast(date);
	}

	private static String kind(Class<?> type) {
		if (type == Date.class) {
			return "date";
		}
		if (type == Timestamp.class) {
			return "timestamp";
		}
		if (type == java.sql.Date.class) {
			return "sql-date";
		}
		if (type == Time.class) {
			return "sql-time";
		}
		throw new IllegalArgumentException(type.getName() + " is no kind of date that can be made again");
	}

}
