package io.idempotent.interceptor.validation;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

import io.idempotent.engine.operation.InvalidDeclarationException;
import io.idempotent.interceptor.AnnotatedMethod;
import io.idempotent.interceptor.IdempotentOperationSource;
import io.idempotent.interceptor.InvalidIdempotentMethodException;
import io.idempotent.interceptor.InvalidIdempotentMethodException.Problem;
import io.idempotent.interceptor.validation.IdempotentBeans.IdempotentBean;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactoryInitializer;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.SmartInstantiationAwareBeanPostProcessor;
import org.springframework.beans.factory.support.MergedBeanDefinitionPostProcessor;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.util.function.SingletonSupplier;

/**
 * Refuses to create a bean whose annotated methods would run unguarded, whenever and
 * however it is created: what its definition tells is checked before any bean is, and
 * what the object itself tells as soon as it is there. A
 * {@code MergedBeanDefinitionPostProcessor} because those come after all others, and so
 * see the bean as its users do.
 */
public final class IdempotentBeanGuard implements SmartInstantiationAwareBeanPostProcessor,
		MergedBeanDefinitionPostProcessor, BeanFactoryInitializer<ConfigurableListableBeanFactory> {

	private final ConfigurableListableBeanFactory beanFactory;

	private final IdempotentBeans beans;

	private final SingletonSupplier<GuardCheck> guardCheck;

	private final Map<String, Class<?>> originalClasses = new ConcurrentHashMap<>();

	private final Set<String> earlyReferences = ConcurrentHashMap.newKeySet();

	private final Set<Guarded> guarded = ConcurrentHashMap.newKeySet();

	private final Queue<IdempotentBean> created = new ConcurrentLinkedQueue<>();

	private volatile @Nullable Supplier<IdempotentOperationSource> source;

	/**
	 * Creates the guard.
	 * @param beanFactory creates the beans
	 */
	public IdempotentBeanGuard(ConfigurableListableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
		this.beans = new IdempotentBeans(beanFactory);
		this.guardCheck = SingletonSupplier.of(() -> new GuardCheck(beanFactory));
	}

	/**
	 * Checks all beans that are defined, and those that are there already.
	 * @throws InvalidIdempotentMethodException with all that would run unguarded
	 */
	@Override
	public void initialize(ConfigurableListableBeanFactory beanFactory) {
		List<Problem> problems = new ArrayList<>();
		for (IdempotentBean bean : this.beans.find()) {
			problems.addAll(this.guardCheck.obtain().unguarded(bean));
		}
		refuse(problems);
	}

	/**
	 * From now on what is annotated is read when a bean is created.
	 * @return the beans that were created before
	 */
	List<IdempotentBean> start(Supplier<IdempotentOperationSource> source) {
		this.source = source;
		List<IdempotentBean> created = new ArrayList<>(this.created);
		this.created.clear();
		return created;
	}

	@Override
	public void postProcessMergedBeanDefinition(RootBeanDefinition definition, Class<?> type, String name) {
		// only the place among the post-processors counts
	}

	@Override
	public Object getEarlyBeanReference(Object bean, String name) {
		check(name, bean);
		this.earlyReferences.add(name);
		return bean;
	}

	@Override
	public Object postProcessBeforeInitialization(Object bean, String name) {
		if (AnnotatedMethod.isCandidate(bean.getClass()) && this.beanFactory.containsBeanDefinition(name)) {
			this.originalClasses.put(name, bean.getClass());
		}
		return bean;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String name) {
		// one that was proxied early comes here without its proxy
		if (!this.earlyReferences.remove(name)) {
			check(name, bean);
		}
		return bean;
	}

	private void check(String name, Object instance) {
		IdempotentBean bean = this.beans.find(name, instance);
		if (bean == null) {
			checkReplaced(name, instance);
			return;
		}
		if (this.guarded.contains(Guarded.of(bean))) {
			return;
		}
		Supplier<IdempotentOperationSource> source = this.source;
		if (source == null) {
			refuse(this.guardCheck.obtain().unguarded(bean));
			this.created.add(bean);
		}
		else {
			refuse(this.guardCheck.obtain().problemsOf(bean));
			bean.methods().forEach((method) -> source.get().resolve(method, name));
		}
		if (!bean.guards().isEmpty()) {
			this.guarded.add(Guarded.of(bean));
		}
	}

	/**
	 * Another post-processor may have put an object in the place of the bean that tells
	 * nothing about it: fine if the bean had got its proxy before.
	 */
	private void checkReplaced(String name, Object instance) {
		Class<?> original = this.originalClasses.get(name);
		if (original == null || AnnotatedMethod.isCandidate(instance.getClass())) {
			return;
		}
		Collection<AnnotatedMethod> methods = AnnotatedMethod.allOf(original);
		if (!this.guardCheck.obtain().hasProxied(name, original)) {
			refuse(methods.stream()
				.map((method) -> Problem.of(method, new InvalidDeclarationException(
						"a BeanPostProcessor has put a %s in the place of bean '%s' before that was proxied"
							.formatted(instance.getClass().getName(), name),
						"Let the post-processor come after the auto-proxy creator, or annotate the method of what it puts there")))
				.toList());
		}
		refuse(this.guardCheck.obtain().unguarded(new IdempotentBean(name, original, methods, false, List.of())));
	}

	private static void refuse(List<Problem> problems) {
		if (!problems.isEmpty()) {
			throw new InvalidIdempotentMethodException(problems, null);
		}
	}

	/**
	 * What decides whether a bean is guarded: known for the next one, so that prototypes
	 * cost nothing.
	 */
	private record Guarded(Class<?> beanClass, Class<?> proxyClass, int guards) {

		static Guarded of(IdempotentBean bean) {
			return new Guarded(bean.beanClass(),
					bean.guards().isEmpty() ? Object.class : bean.guards().get(0).getClass(), bean.guards().size());
		}

	}

}
