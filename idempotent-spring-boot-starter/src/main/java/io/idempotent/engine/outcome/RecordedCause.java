package io.idempotent.engine.outcome;

/**
 * Stands for the cause of a recorded failure, of which only the text is known.
 */
@SuppressWarnings("OverrideThrowableToString") // the text begins with the name of its
												// class
final class RecordedCause extends Exception {

	RecordedCause(String text) {
		super(text, null, false, false);
	}

	@Override
	public String toString() {
		return String.valueOf(getMessage());
	}

}
