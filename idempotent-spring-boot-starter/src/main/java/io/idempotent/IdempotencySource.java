package io.idempotent;

/**
 * Where the answer to a call came from.
 */
public enum IdempotencySource {

	/** From the method itself, or from nowhere: the call was refused before a look-up. */
	NONE("none"),

	/** From the local cache of finished records. */
	LOCAL("local"),

	/** From an execution in this JVM. */
	IN_FLIGHT("in-flight"),

	/** From the store. */
	STORE("store");

	private final String tag;

	IdempotencySource(String tag) {
		this.tag = tag;
	}

	/**
	 * The name of the source in metrics and logs.
	 * @return a word of lower-case letters and hyphens
	 */
	public String tag() {
		return this.tag;
	}

}
