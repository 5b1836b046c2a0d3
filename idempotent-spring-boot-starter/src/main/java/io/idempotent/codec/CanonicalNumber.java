package io.idempotent.codec;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.io.NumberOutput;

/**
 * The text of a number, equal for equal values whatever their Java type: digits without
 * trailing zeros and a decimal exponent, never expanded. Digits beyond a long are
 * hexadecimal, because decimal ones take time that grows with their square.
 */
final class CanonicalNumber {

	/**
	 * About 9,800 digits; the cost of finding the trailing zeros grows faster than this.
	 */
	private static final int MAX_BITS = 1 << 13;

	private CanonicalNumber() {
	}

	/**
	 * Returns null for a class of numbers that is not one of the JDK.
	 */
	static @Nullable String textOf(Number number) {
		if (number instanceof Long || number instanceof Integer || number instanceof Short || number instanceof Byte
				|| number instanceof AtomicLong || number instanceof AtomicInteger) {
			return textOf(number.longValue(), 0);
		}
		if (number instanceof BigDecimal decimal) {
			return textOf(decimal.unscaledValue(), -(long) decimal.scale());
		}
		if (number instanceof BigInteger integer) {
			return textOf(integer, 0);
		}
		if (number instanceof Double value) {
			// not Double.toString, whose digits depend on the version of Java
			return textOfFloating(value, NumberOutput.toString(value.doubleValue(), true));
		}
		if (number instanceof Float value) {
			return textOfFloating(value, NumberOutput.toString(value.floatValue(), true));
		}
		return null;
	}

	private static String textOfFloating(Number value, String digits) {
		return Double.isFinite(value.doubleValue()) ? String.valueOf(textOf(new BigDecimal(digits)))
				: Double.toString(value.doubleValue());
	}

	private static String textOf(BigInteger digits, long exponent) {
		if (digits.bitLength() > MAX_BITS) {
			throw new IllegalArgumentException("a number has more than " + MAX_BITS + " bits");
		}
		if (digits.bitLength() < Long.SIZE) {
			return textOf(digits.longValue(), exponent);
		}
		BigInteger stripped = digits;
		long shifted = exponent;
		// each factor of ten is also one of two, and has more than three bits
		int most = Math.min(digits.getLowestSetBit(), digits.bitLength() / 3);
		for (int step = Integer.highestOneBit(most); step > 0; step >>= 1) {
			BigInteger[] quotient = stripped.divideAndRemainder(BigInteger.TEN.pow(step));
			if (quotient[1].signum() == 0) {
				stripped = quotient[0];
				shifted += step;
			}
		}
		return (stripped.bitLength() < Long.SIZE) ? textOf(stripped.longValue(), shifted)
				: withExponent('x' + HexFormat.of().formatHex(stripped.toByteArray()), shifted);
	}

	private static String textOf(long digits, long exponent) {
		if (digits == 0) {
			return "0";
		}
		long stripped = digits;
		long shifted = exponent;
		while (stripped % 10 == 0) {
			stripped /= 10;
			shifted++;
		}
		return withExponent(Long.toString(stripped), shifted);
	}

	private static String withExponent(String digits, long exponent) {
		return (exponent != 0) ? digits + 'E' + exponent : digits;
	}

}
