package io.idempotent.engine.operation;

import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Currency;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;

import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;

/**
 * Tells which types have only values that nobody can change, so that one instance may be
 * handed to several callers.
 */
final class ImmutableTypes {

	private static final Set<Class<?>> VALUES = Set.of(String.class, BigInteger.class, BigDecimal.class, UUID.class,
			URI.class, Currency.class, Locale.class, Instant.class, LocalDate.class, LocalTime.class,
			LocalDateTime.class, OffsetTime.class, OffsetDateTime.class, ZonedDateTime.class, ZoneId.class,
			ZoneOffset.class, Year.class, YearMonth.class, MonthDay.class, Duration.class, Period.class,
			OptionalInt.class, OptionalLong.class, OptionalDouble.class);

	/** Beyond it, a generic record contains ever larger versions of itself. */
	private static final int MAX_TYPES = 100;

	private ImmutableTypes() {
	}

	/**
	 * Whether every value of the type is deeply immutable.
	 * @param type the type
	 * @return false also if that cannot be known
	 */
	static boolean isDeeplyImmutable(Type type) {
		return isDeeplyImmutable(ResolvableType.forType(type), new HashSet<>());
	}

	private static boolean isDeeplyImmutable(ResolvableType type, Set<String> seen) {
		Class<?> erased = type.resolve();
		if (erased == null) {
			return false;
		}
		if (VALUES.contains(erased) || ClassUtils.isPrimitiveOrWrapper(erased) || erased.isEnum()) {
			return true;
		}
		if (erased == Optional.class) {
			return isDeeplyImmutable(type.getGeneric(), seen);
		}
		return erased.isRecord() && isDeeplyImmutableRecord(erased, type, seen);
	}

	private static boolean isDeeplyImmutableRecord(Class<?> erased, ResolvableType type, Set<String> seen) {
		// its full generic text: what is being looked at already needs no second look
		if (!seen.add(type.toString())) {
			return true;
		}
		if (seen.size() > MAX_TYPES) {
			return false;
		}
		for (RecordComponent component : erased.getRecordComponents()) {
			if (!isDeeplyImmutable(ResolvableType.forType(component.getGenericType(), type), seen)) {
				return false;
			}
		}
		return true;
	}

}
