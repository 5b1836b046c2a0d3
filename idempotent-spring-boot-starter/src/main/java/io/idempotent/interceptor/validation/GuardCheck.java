package io.idempotent.interceptor.validation;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.idempotent.engine.operation.InvalidDeclarationException;
import io.idempotent.interceptor.AnnotatedMethod;
import io.idempotent.interceptor.InvalidIdempotentMethodException;
import io.idempotent.interceptor.InvalidIdempotentMethodException.Problem;
import io.idempotent.interceptor.validation.IdempotentBeans.IdempotentBean;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.framework.ProxyProcessorSupport;
import org.springframework.aop.framework.autoproxy.AbstractAutoProxyCreator;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.util.ClassUtils;

/**
 * Checks that calls of an annotated method pass through a proxy with our advice: that of
 * the bean, or the one it would get if it were created.
 */
final class GuardCheck {

	private final ConfigurableListableBeanFactory beanFactory;

	private final Collection<AbstractAutoProxyCreator> proxyCreators;

	GuardCheck(ConfigurableListableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
		this.proxyCreators = beanFactory.getBeansOfType(AbstractAutoProxyCreator.class, true, false).values();
	}

	/**
	 * Lists what keeps calls of a bean from being guarded, or guards them twice.
	 * @return the problems of its methods
	 */
	List<Problem> problemsOf(IdempotentBean bean) {
		List<Problem> problems = unguarded(bean);
		return problems.isEmpty() ? problemsOf(bean, (method) -> checkGuardedOnce(bean)) : problems;
	}

	/**
	 * Lists what keeps calls of a bean from being guarded.
	 * @return the problems of its methods
	 */
	List<Problem> unguarded(IdempotentBean bean) {
		return problemsOf(bean, (method) -> check(bean, method));
	}

	private static List<Problem> problemsOf(IdempotentBean bean, Consumer<AnnotatedMethod> check) {
		List<Problem> problems = new ArrayList<>();
		for (AnnotatedMethod method : bean.methods()) {
			try {
				check.accept(method);
			}
			catch (InvalidDeclarationException ex) {
				problems.add(Problem.of(method, ex));
			}
		}
		return problems;
	}

	/**
	 * Whether a proxy was made for the bean, wherever it is now.
	 */
	boolean hasProxied(String name, Class<?> beanClass) {
		return this.proxyCreators.stream().anyMatch((creator) -> creator.predictBeanType(beanClass, name) != null);
	}

	private void check(IdempotentBean bean, AnnotatedMethod method) {
		refuse(Modifier.isPrivate(method.method().getModifiers()), "it is private, so no proxy can intercept it",
				"Make it public and call it from another bean");
		refuse(Modifier.isStatic(method.method().getModifiers()), "it is static, so no proxy can intercept it",
				"Make it an instance method");
		checkAdvice(bean);
		if (isProxiedByInterfaces(bean)) {
			refuse(!isInInterface(method),
					"bean '%s' is proxied by its interfaces, and none of them has the method".formatted(bean.name()),
					"Add the method to an interface of the bean, or proxy classes: spring.aop.proxy-target-class=true");
		}
		else {
			checkSubclass(bean, method.method());
		}
	}

	private void checkAdvice(IdempotentBean bean) {
		refuse(this.proxyCreators.isEmpty(),
				"bean '%s' is not proxied, because auto-proxying is off".formatted(bean.name()),
				"Remove spring.aop.auto=false, and without AspectJ on the class path spring.aop.proxy-target-class=false as well");
		refuse(bean.isCreated() && bean.guards().isEmpty(),
				"bean '%s' is not proxied: it was created while the post-processors of beans were, was registered as a ready object, or is of a kind that is never proxied (such as an Advisor)"
					.formatted(bean.name()),
				"Move the method to a bean that no BeanPostProcessor needs, or let the post-processor ask for the bean later (ObjectProvider, static @Bean method)");
	}

	private static void checkGuardedOnce(IdempotentBean bean) {
		refuse(bean.guards().size() > 1, "bean '%s' is proxied %s times, so each call would meet itself"
			.formatted(bean.name(), bean.guards().size()), "Leave only one auto-proxy creator in the application");
	}

	private void checkSubclass(IdempotentBean bean, Method method) {
		Class<?> beanClass = bean.beanClass();
		refuse(Modifier.isFinal(method.getModifiers()) && !Proxy.isProxyClass(method.getDeclaringClass()),
				"it is final, so no proxy can intercept it", "Make it non-final (in Kotlin: open)");
		refuse(Modifier.isFinal(beanClass.getModifiers()) && !AnnotatedMethod.isGenerated(beanClass),
				"%s is final, so no proxy can be made of it".formatted(beanClass.getName()),
				"Make the class non-final (in Kotlin: open), or let it implement an interface with the method and set spring.aop.proxy-target-class=false");
		refuse(isPackagePrivate(method)
				&& !method.getDeclaringClass().getPackageName().equals(beanClass.getPackageName()),
				"it is package-private in another package than the bean class, so no proxy can intercept it",
				"Make it public or protected");
	}

	private boolean isProxiedByInterfaces(IdempotentBean bean) {
		if (bean.isCreated()) {
			return Proxy.isProxyClass(bean.guards().get(0).getClass());
		}
		return this.proxyCreators.stream().noneMatch(AbstractAutoProxyCreator::isProxyTargetClass)
				&& !AutoProxyUtils.shouldProxyTargetClass(this.beanFactory, bean.name())
				&& new ProxyInterfaces().anyOf(bean.beanClass());
	}

	private static boolean isInInterface(AnnotatedMethod method) {
		return method.method().getDeclaringClass().isInterface()
				|| ClassUtils.getAllInterfacesForClassAsSet(method.beanClass())
					.stream()
					.flatMap((type) -> Stream.of(type.getMethods()))
					.anyMatch((candidate) -> AopUtils.getMostSpecificMethod(candidate, method.beanClass())
						.equals(method.method()));
	}

	private static boolean isPackagePrivate(Method method) {
		return (method.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED | Modifier.PRIVATE)) == 0;
	}

	private static void refuse(boolean condition, String problem, String remedy) {
		if (condition) {
			throw new InvalidDeclarationException(problem, remedy);
		}
	}

	/**
	 * Decides as the auto-proxy creator does.
	 */
	private static final class ProxyInterfaces extends ProxyProcessorSupport {

		boolean anyOf(Class<?> beanClass) {
			ProxyFactory factory = new ProxyFactory();
			evaluateProxyInterfaces(beanClass, factory);
			return !factory.isProxyTargetClass();
		}

	}

}
