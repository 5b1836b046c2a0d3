package io.idempotent.autoconfigure;

import io.idempotent.IdempotencyTemplate;

/**
 * The template of {@code idempotent.enabled=false}: a type of its own, so that a child
 * context which is switched on does not take it for one that guards.
 *
 * @param delegate runs each call
 */
record UnguardedTemplate(IdempotencyTemplate delegate) implements IdempotencyTemplate {

	@Override
	public Call operation(String name) {
		return this.delegate.operation(name);
	}

}
