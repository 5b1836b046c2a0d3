package io.idempotent.web.request;

import org.jspecify.annotations.Nullable;

/**
 * How keys are taken from requests.
 *
 * @param header the name of the header that carries the key
 * @param keyRequired whether a request without a key is refused; otherwise it runs
 * unguarded
 * @param anonymousShared whether requests without an authenticated user share their keys;
 * otherwise they are refused
 * @param sharedByDefault whether they do so although nobody has said it, which is warned
 * of
 * @param maxBodySize maximum number of bytes of a request's body that is compared
 * @param maxResponseSize maximum number of bytes of a response's body that is recorded
 * @param serverErrorsRecorded whether answers with a status from 500 on are recorded;
 * otherwise the next attempt runs
 * @param problemBaseUri what the types of problems begin with, null for a URN
 */
public record WebSettings(String header, boolean keyRequired, boolean anonymousShared, boolean sharedByDefault,
		long maxBodySize, long maxResponseSize, boolean serverErrorsRecorded, @Nullable String problemBaseUri) {

	/** The header of an answer that was replayed. */
	public static final String REPLAYED_HEADER = "Idempotent-Replayed";

	/**
	 * How much of a body is kept when something reads it before it is compared.
	 * @param keyed whether the request has a key, so that it may be compared
	 */
	public long bytesToKeep(boolean keyed) {
		return keyed ? this.maxBodySize : 0;
	}

}
