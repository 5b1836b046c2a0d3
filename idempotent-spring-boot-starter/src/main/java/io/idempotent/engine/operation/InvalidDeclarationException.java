package io.idempotent.engine.operation;

import org.jspecify.annotations.Nullable;

/**
 * What is wrong with an operation as it is declared, and what to do about it, said apart:
 * where several are refused at once, all problems are listed, and all remedies.
 */
public class InvalidDeclarationException extends IllegalArgumentException {

	private final String problem;

	private final String remedy;

	/**
	 * Creates the exception.
	 * @param problem what is wrong, without a full stop
	 * @param remedy what to do, without a full stop
	 */
	public InvalidDeclarationException(String problem, String remedy) {
		this(problem, remedy, null);
	}

	/**
	 * Creates the exception.
	 * @param problem what is wrong, without a full stop
	 * @param remedy what to do, without a full stop
	 * @param cause why that is known, null if it is the declaration itself
	 */
	public InvalidDeclarationException(String problem, String remedy, @Nullable Throwable cause) {
		super(problem + "; " + remedy, cause);
		this.problem = problem;
		this.remedy = remedy;
	}

	/**
	 * What is wrong.
	 * @return without a full stop
	 */
	public String problem() {
		return this.problem;
	}

	/**
	 * What to do.
	 * @return without a full stop
	 */
	public String remedy() {
		return this.remedy;
	}

}
