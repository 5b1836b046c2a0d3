package io.idempotent.interceptor.validation;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import io.idempotent.engine.operation.InvalidDeclarationException;
import io.idempotent.interceptor.AnnotatedMethod;
import io.idempotent.interceptor.IdempotentAdvisor;
import io.idempotent.interceptor.OperationNames;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.BeansException;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.util.ClassUtils;

/**
 * Finds the beans that have annotated methods, without creating any.
 */
public final class IdempotentBeans {

	private static final Logger logger = LoggerFactory.getLogger(IdempotentBeans.class);

	private final ConfigurableListableBeanFactory beanFactory;

	IdempotentBeans(ConfigurableListableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	/**
	 * The names of the operations that are annotated, whether or not the annotation has
	 * an effect. Creates no beans and checks nothing; a name that cannot be told is left
	 * out.
	 * @param beanFactory the beans
	 * @return the names, sorted
	 */
	public static Set<String> operationNames(ConfigurableListableBeanFactory beanFactory) {
		Set<String> names = new TreeSet<>();
		for (IdempotentBean bean : new IdempotentBeans(beanFactory).find()) {
			for (AnnotatedMethod method : bean.methods()) {
				try {
					names.add(OperationNames.of(method, beanFactory));
				}
				catch (InvalidDeclarationException ex) {
					logger.debug("Operation without a name: {}", method, ex);
				}
			}
		}
		return names;
	}

	List<IdempotentBean> find() {
		List<IdempotentBean> beans = new ArrayList<>();
		this.beanFactory.getBeanNamesIterator().forEachRemaining((name) -> {
			IdempotentBean bean = find(name);
			if (bean != null) {
				beans.add(bean);
			}
		});
		return beans;
	}

	private @Nullable IdempotentBean find(String name) {
		Object instance = instanceOf(name);
		try {
			return (instance != null) ? find(name, instance) : find(name, typeOf(name), null, List.of());
		}
		// a class that cannot be loaded or introspected cannot be created and proxied
		// either
		catch (BeansException | IllegalStateException | LinkageError ex) {
			logger.debug("Class of bean '{}' cannot be read", name, ex);
			return null;
		}
	}

	/**
	 * Looks at a bean that is there, proxied as it will be.
	 * @return null if it has no annotated methods, or is not the one that runs them
	 */
	@Nullable IdempotentBean find(String name, Object instance) {
		List<Advised> guards = guardsOf(instance);
		return find(name, classOf(instance, guards), instance, guards);
	}

	private @Nullable IdempotentBean find(String name, @Nullable Class<?> type, @Nullable Object instance,
			List<Advised> guards) {
		if (type == null || !AnnotatedMethod.isCandidate(type) || isScopedProxy(name)) {
			return null;
		}
		Collection<AnnotatedMethod> methods = AnnotatedMethod.allOf(type);
		boolean mock = !methods.isEmpty() && instance != null && guards.isEmpty() && Mocks.isMock(instance);
		return (methods.isEmpty() || mock) ? null : new IdempotentBean(name, type, methods, instance != null, guards);
	}

	private @Nullable Object instanceOf(String name) {
		Object instance = this.beanFactory.containsSingleton(name) ? this.beanFactory.getSingleton(name) : null;
		return (instance instanceof FactoryBean) ? null : instance;
	}

	private static List<Advised> guardsOf(Object instance) {
		List<Advised> guards = new ArrayList<>();
		Object layer = instance;
		while (AopUtils.isAopProxy(layer) && layer instanceof Advised proxy) {
			if (Stream.of(proxy.getAdvisors()).anyMatch(IdempotentAdvisor.class::isInstance)) {
				guards.add(proxy);
			}
			layer = AopProxyUtils.getSingletonTarget(proxy);
		}
		return guards;
	}

	/**
	 * The class that the interceptor sees, or would see.
	 */
	private static Class<?> classOf(Object instance, List<Advised> guards) {
		Class<?> guarded = guards.isEmpty() ? null : guards.get(0).getTargetClass();
		if (guarded == null) {
			// a factory of proxies says of itself what its proxies are
			guarded = AopUtils.isAopProxy(instance) ? AopProxyUtils.ultimateTargetClass(instance) : instance.getClass();
		}
		return ClassUtils.getUserClass(guarded);
	}

	private @Nullable Class<?> typeOf(String name) {
		BeanDefinition definition = this.beanFactory.containsBeanDefinition(name)
				? this.beanFactory.getMergedBeanDefinition(name) : null;
		if (definition != null && definition.isAbstract()) {
			return null;
		}
		// once a bean was proxied, its type is predicted to be that of the proxy
		Object original = (definition != null) ? definition.getAttribute(AutoProxyUtils.ORIGINAL_TARGET_CLASS_ATTRIBUTE)
				: null;
		Class<?> type = (original instanceof Class<?> originalClass) ? originalClass
				: this.beanFactory.getType(name, false);
		return (type != null) ? ClassUtils.getUserClass(type) : null;
	}

	/**
	 * What stands behind a scoped proxy is a bean of its own.
	 */
	private boolean isScopedProxy(String name) {
		return this.beanFactory.containsBeanDefinition(ScopedProxyUtils.getTargetBeanName(name));
	}

	/**
	 * A bean that has annotated methods.
	 *
	 * @param name the name of the bean
	 * @param beanClass its class, as far as it is known
	 * @param methods the annotated methods
	 * @param isCreated whether the bean is there: otherwise it is lazy, made by a factory
	 * or no singleton
	 * @param guards those of its proxies that carry our advice, from the outside
	 */
	record IdempotentBean(String name, Class<?> beanClass, Collection<AnnotatedMethod> methods, boolean isCreated,
			List<Advised> guards) {

	}

}
