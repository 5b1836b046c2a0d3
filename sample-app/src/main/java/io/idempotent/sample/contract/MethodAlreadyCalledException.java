package io.idempotent.sample.contract;

/**
 * Another request has called this method in this workflow. The chain was not asked.
 */
public class MethodAlreadyCalledException extends RuntimeException {

	MethodAlreadyCalledException(String workflowId, String method) {
		super("Another request has called '%s' in workflow '%s'.".formatted(method, workflowId));
	}

}
