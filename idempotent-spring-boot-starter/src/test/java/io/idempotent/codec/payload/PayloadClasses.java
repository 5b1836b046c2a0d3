package io.idempotent.codec.payload;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The classes of an application whose objects are payloads. All have members of the same
 * names, so that one stands for another where it is the declared type.
 */
final class PayloadClasses {

	static final List<String> MEMBERS = List.of("a", "b", "c", "d", "e", "color");

	private PayloadClasses() {
	}

	enum Color {

		RED, GREEN

	}

	enum Signal {

		RED, GREEN

	}

	@SuppressWarnings({ "unused", "UnusedVariable" })
	static class Wide<T> {

		private final Object a;

		private final T b;

		private final List<T> c;

		private final Optional<T> d;

		private final Map<String, T> e;

		private final Color color;

		Wide(Object a, T b, List<T> c, Optional<T> d, Map<String, T> e, Color color) {
			this.a = a;
			this.b = b;
			this.c = c;
			this.d = d;
			this.e = e;
			this.color = color;
		}

	}

	/** A subclass of the declared class. */
	static class Special<T> extends Wide<T> {

		Special(Object a, T b, List<T> c, Optional<T> d, Map<String, T> e, Color color) {
			super(a, b, c, d, e, color);
		}

	}

	/** The same, as somebody else would write it. */
	record Reordered<T>(Signal color, Map<String, ? extends T> e, T d, Collection<T> c, T b, Object a) {

	}

	/** The same, before members were added. */
	record Narrow<T>(T b, Object a, Color color) {

	}

}
