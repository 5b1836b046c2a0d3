package io.idempotent.engine.failure;

import java.lang.reflect.Method;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Stream;

import io.idempotent.IdempotencyContext;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.InvalidDataAccessApiUsageException;
import org.springframework.transaction.TransactionManager;
import org.springframework.transaction.UnexpectedRollbackException;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Tells what the failure of a commit says about its transaction. It may be committed all
 * the same, unless the database said that it was rolled back:
 * <ul>
 * <li>SQLState class 40, rollback, but not 40003, completion unknown;</li>
 * <li>class 23, a constraint that was deferred to the commit; 25P02, a transaction that
 * had failed before;</li>
 * <li>classes 22, 27, 38, 39, 42, 44 and P0: what was left to the commit failed, such as
 * a deferred trigger;</li>
 * <li>without an SQLState: Spring's and Bean Validation's exceptions for the same, and
 * for what failed before the database was asked to commit.</li>
 * </ul>
 * Everything else leaves it open: a lost connection (08), a server that shuts down (57P),
 * resources (53), internal errors, and what is said in no SQLState. This looks at the
 * failure, not at the thread: a commit may happen anywhere.
 */
public final class CommitFailures {

	private static final Set<String> ROLLED_BACK = Set.of("22", "23", "27", "38", "39", "40", "42", "44", "P0");

	private static final List<Class<? extends Throwable>> ROLLED_BACK_TYPES = List.of(UnexpectedRollbackException.class,
			DataIntegrityViolationException.class, ConcurrencyFailureException.class,
			InvalidDataAccessApiUsageException.class);

	/** What transaction managers have thrown that could not tell how they ended. */
	private static final ConcurrentMap<Throwable, Boolean> MARKED = Marks.create();

	private CommitFailures() {
	}

	/**
	 * Marks what a transaction manager throws when it cannot tell how a transaction
	 * ended, so that it is recognised wherever it arrives.
	 */
	public static void mark(Throwable failure) {
		MARKED.put(failure, true);
	}

	public static boolean isMarked(Throwable failure) {
		return MARKED.containsKey(failure);
	}

	/**
	 * Whether a failure, or what caused it, is that of a commit, and the transaction may
	 * be committed all the same.
	 */
	static boolean isUnknown(Throwable failure) {
		return FailedAttempts.of(failure).stream().flatMap(FailedAttempts::causes).anyMatch((cause) -> {
			if (isMarked(cause)) {
				return true;
			}
			String step = stepOfCommit(cause);
			return step.equals("triggerAfterCommit") || (step.equals("doCommit") && !saysRolledBack(cause));
		});
	}

	/**
	 * Whether the database said, or it is known without asking it, that the transaction
	 * of a failed commit was rolled back.
	 */
	public static boolean saysRolledBack(Throwable failure) {
		List<String> states = FailedAttempts.causes(failure)
			.map(CommitFailures::sqlState)
			.filter(Objects::nonNull)
			.toList();
		return states.isEmpty() ? FailedAttempts.causes(failure).anyMatch(CommitFailures::isRollback)
				: states.stream().allMatch(CommitFailures::isRollback);
	}

	private static boolean isRollback(String sqlState) {
		return sqlState.equals("25P02") || (sqlState.length() == 5 && !sqlState.equals("40003")
				&& ROLLED_BACK.contains(sqlState.substring(0, 2)));
	}

	private static boolean isRollback(Throwable failure) {
		return ROLLED_BACK_TYPES.stream().anyMatch((type) -> type.isInstance(failure))
				|| failure.getClass().getName().equals("jakarta.validation.ConstraintViolationException");
	}

	static @Nullable String sqlState(Throwable failure) {
		if (failure instanceof SQLException sql) {
			return sql.getSQLState();
		}
		// without the classes of R2DBC, which may be absent
		Method method = failure.getClass().getName().contains("r2dbc")
				? ReflectionUtils.findMethod(failure.getClass(), "getSqlState") : null;
		return (method != null) ? (String) ReflectionUtils.invokeMethod(method, failure) : null;
	}

	/**
	 * The step of a transaction manager's commit in which it was thrown, inside of the
	 * present attempt. Transaction managers do not tell their listeners of it when they
	 * roll back afterwards.
	 */
	private static String stepOfCommit(Throwable failure) {
		for (StackTraceElement frame : failure.getStackTrace()) {
			String type = frame.getClassName();
			if (type.equals(IdempotencyContext.class.getName())) {
				return "";
			}
			String method = frame.getMethodName();
			String step = method.startsWith("lambda$") ? method.substring(7).replaceFirst("\\$.*", "") : method;
			if ((step.equals("doCommit") || step.equals("triggerAfterCommit")) && isTransactionManager(type)) {
				return step;
			}
		}
		return "";
	}

	private static boolean isTransactionManager(String type) {
		try {
			return TransactionManager.class
				.isAssignableFrom(ClassUtils.forName(type, ClassUtils.getDefaultClassLoader()));
		}
		catch (ClassNotFoundException | LinkageError ex) {
			return false;
		}
	}

}
