package io.idempotent.sample;

/**
 * A request with a key, and where its effects are to be seen.
 */
enum Write {

	DEPLOYMENT("/deployments", 201, "{\"service\": \"%s\", \"version\": \"1.0\"}", "1.0", "2.0", "/deployments",
			"/service"),

	CONTENT("/content-submissions", 202, "{\"title\": \"%s\", \"text\": \"first\"}", "first", "second",
			"/content-submissions", "/title"),

	VOTE("/votes", 200, "{\"proposal\": \"%s\", \"choice\": \"yes\"}", "yes", "no", "/votes", "/proposal"),

	REWARD("/rewards/mint", 200, "{\"to\": \"%s\", \"amount\": 5}", "5}", "6}", "/rewards", "/recipient");

	final String path;

	final int status;

	final String state;

	/** Where in an element of the state the subject is. */
	final String subject;

	private final String body;

	private final String part;

	private final String otherPart;

	Write(String path, int status, String body, String part, String otherPart, String state, String subject) {
		this.path = path;
		this.status = status;
		this.body = body;
		this.part = part;
		this.otherPart = otherPart;
		this.state = state;
		this.subject = subject;
	}

	String body(String subject) {
		return this.body.formatted(subject);
	}

	/** Of the same subject, and not equal. */
	String otherBody(String subject) {
		return this.body.replace(this.part, this.otherPart).formatted(subject);
	}

}
