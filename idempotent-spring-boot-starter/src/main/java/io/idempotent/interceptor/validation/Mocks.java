package io.idempotent.interceptor.validation;

import java.lang.reflect.Method;

import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Recognises the mocks that a test puts in the place of beans: Spring does not proxy
 * them, and they have nothing to guard.
 */
final class Mocks {

	private Mocks() {
	}

	static boolean isMock(Object bean) {
		ClassLoader classLoader = bean.getClass().getClassLoader();
		if (!ClassUtils.isPresent("org.mockito.Mockito", classLoader)) {
			return false;
		}
		Class<?> mockito = ClassUtils.resolveClassName("org.mockito.Mockito", classLoader);
		Method mockingDetails = ClassUtils.getMethod(mockito, "mockingDetails", Object.class);
		Method isMock = ClassUtils.getMethod(mockingDetails.getReturnType(), "isMock");
		Object details = ReflectionUtils.invokeMethod(mockingDetails, null, bean);
		return Boolean.TRUE.equals(ReflectionUtils.invokeMethod(isMock, details));
	}

}
