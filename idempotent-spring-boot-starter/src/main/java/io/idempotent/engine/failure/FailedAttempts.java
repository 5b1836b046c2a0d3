package io.idempotent.engine.failure;

import java.lang.reflect.Method;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

import io.idempotent.IdempotencyException;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ReflectionUtils;

/**
 * Finds all that failed where one failure is thrown: the attempts before the last one,
 * and what was sent together. One of them that may have been processed is enough.
 */
final class FailedAttempts {

	/** Deeper than any real chain of causes, to end in cyclic ones. */
	private static final int MAX_DEPTH = 100;

	/** Failures that are looked at, such as those of a large batch. */
	private static final int MAX_FAILURES = 2_000;

	private FailedAttempts() {
	}

	/**
	 * The failure itself, and what its causes tell of besides themselves.
	 */
	static Set<Throwable> of(Throwable failure) {
		Set<Throwable> all = Collections.newSetFromMap(new IdentityHashMap<>());
		Deque<Throwable> found = new ArrayDeque<>(List.of(failure));
		while (!found.isEmpty() && all.size() < MAX_FAILURES) {
			Throwable attempt = found.remove();
			if (all.add(attempt)) {
				addOthers(attempt, found);
			}
		}
		return all;
	}

	/**
	 * A failure and its causes, outermost first.
	 */
	static Stream<Throwable> causes(Throwable failure) {
		return Stream.iterate(failure, Objects::nonNull, Throwable::getCause).limit(MAX_DEPTH);
	}

	/**
	 * Adds no causes of what was certainly not sent, which is about how it was to be.
	 */
	private static void addOthers(Throwable attempt, Deque<Throwable> found) {
		for (Throwable cause : causes(attempt).toList()) {
			if (cause instanceof IdempotencyException) {
				return;
			}
			Stream.of(cause.getSuppressed()).filter((other) -> !isOfClose(other, cause)).forEach(found::add);
			HiddenAttempts.before(cause).forEach(found::add);
			if (cause instanceof SQLException sql && sql.getNextException() != null) {
				found.add(sql.getNextException());
			}
			if (property(cause, "org.springframework.mail.MailSendException",
					"getMessageExceptions") instanceof Throwable[] mails) {
				found.addAll(List.of(mails));
			}
			// JMS is older than causes
			if (property(cause, "jakarta.jms.JMSException", "getLinkedException") instanceof Throwable linked) {
				found.add(linked);
			}
			if (RequestFailures.isNotSent(cause)) {
				return;
			}
		}
	}

	/**
	 * What a resource fails with when it is closed after a failure says nothing about
	 * that. Its stack has left the one of the failure with the call of {@code close}.
	 */
	private static boolean isOfClose(Throwable suppressed, Throwable failure) {
		StackTraceElement[] stack = suppressed.getStackTrace();
		StackTraceElement[] other = failure.getStackTrace();
		int left = stack.length - 1;
		for (int i = other.length - 1; left >= 0 && i >= 0 && stack[left].equals(other[i]); i--) {
			left--;
		}
		return Stream.of(stack)
			.limit(left + 1)
			.skip(Math.max(0, left - 1))
			.anyMatch((frame) -> frame.getMethodName().startsWith("close"));
	}

	private static @Nullable Object property(Throwable failure, String type, String getter) {
		for (Class<?> each = failure.getClass(); each != Object.class; each = each.getSuperclass()) {
			if (each.getName().equals(type)) {
				Method method = ReflectionUtils.findMethod(each, getter);
				return (method != null) ? ReflectionUtils.invokeMethod(method, failure) : null;
			}
		}
		return null;
	}

}
