package io.idempotent.codec.payload;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import tools.jackson.core.io.NumberOutput;

/**
 * The text of a number, equal for equal values whatever their Java type: digits without
 * trailing zeros and a decimal exponent, never expanded. Digits beyond a long are
 * hexadecimal, because decimal ones take time that grows with their square.
 */
public final class CanonicalNumber {

	/** About 2,400 digits: finding the trailing zeros of more would take too long. */
	private static final int MAX_BITS = 1 << 13;

	private static final Set<Class<?>> INTEGERS = Set.of(Long.class, Integer.class, Short.class, Byte.class,
			AtomicLong.class, AtomicInteger.class);

	private CanonicalNumber() {
	}

	/**
	 * Whether values of a class are numbers of the JDK; those of others are objects.
	 */
	static boolean isNumber(Class<?> type) {
		return INTEGERS.contains(type) || type == Double.class || type == Float.class
				|| BigDecimal.class.isAssignableFrom(type) || BigInteger.class.isAssignableFrom(type);
	}

	/**
	 * How much there is to be divided, 0 for numbers of fixed size.
	 */
	static int bitsOf(Number number) {
		if (number instanceof BigDecimal decimal) {
			return decimal.unscaledValue().bitLength();
		}
		return (number instanceof BigInteger integer) ? integer.bitLength() : 0;
	}

	public static String textOf(Number number) {
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
		return textOf(number.longValue(), 0);
	}

	private static String textOfFloating(Number value, String digits) {
		return Double.isFinite(value.doubleValue()) ? textOf(new BigDecimal(digits))
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
