package io.idempotent.autoconfigure;

import java.util.LinkedHashMap;
import java.util.Map;

import io.idempotent.web.IdempotentOperationHandler;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;

/**
 * Finds the beans that clients may run through the execute API, by the names of their
 * operations, and refuses names by which they could not be told apart.
 */
final class ExecuteHandlers {

	private static final int MAX_NAME_LENGTH = 255;

	private final Map<String, IdempotentOperationHandler<?, ?>> handlers = new LinkedHashMap<>();

	private final Map<String, String> beans = new LinkedHashMap<>();

	private ExecuteHandlers() {
	}

	static Map<String, IdempotentOperationHandler<?, ?>> in(ListableBeanFactory beanFactory) {
		ExecuteHandlers found = new ExecuteHandlers();
		for (String bean : BeanFactoryUtils.beanNamesForTypeIncludingAncestors(beanFactory,
				IdempotentOperationHandler.class)) {
			// behind a proxy, which is a bean as well
			if (!ScopedProxyUtils.isScopedTarget(bean)) {
				found.add(bean, beanFactory.getBean(bean, IdempotentOperationHandler.class));
			}
		}
		return found.handlers;
	}

	private void add(String bean, IdempotentOperationHandler<?, ?> handler) {
		@Nullable String name = handler.name();
		if (name == null || name.isBlank() || name.length() > MAX_NAME_LENGTH) {
			throw new IdempotencyConfigurationException(
					"The bean '%s' is an operation whose name() is %s.".formatted(bean,
							(name == null) ? "null" : name.isBlank() ? "blank" : name.length() + " characters long"),
					"Let it return a name of 1 to %s characters.".formatted(MAX_NAME_LENGTH));
		}
		String other = this.beans.putIfAbsent(name, bean);
		if (other != null) {
			throw new IdempotencyConfigurationException(
					"The beans '%s' and '%s' are both operations with the name() '%s'.".formatted(other, bean, name),
					"Give one of them another name, or remove it.");
		}
		this.handlers.put(name, handler);
	}

}
