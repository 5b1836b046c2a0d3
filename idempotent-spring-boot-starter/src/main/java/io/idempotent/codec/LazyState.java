package io.idempotent.codec;

import org.hibernate.Hibernate;
import org.hibernate.bytecode.enhance.spi.interceptor.BytecodeLazyAttributeInterceptor;
import org.hibernate.collection.spi.PersistentCollection;
import org.hibernate.engine.spi.PersistentAttributeInterceptable;
import org.hibernate.proxy.HibernateProxy;
import org.hibernate.proxy.LazyInitializer;

import org.springframework.util.ClassUtils;

/**
 * What Hibernate has loaded: the entity behind a proxy, collections as they are. Anything
 * that it has not loaded yet is refused, because a fingerprint that depended on it would
 * turn honest retries into conflicts, and loading it here would surprise.
 */
final class LazyState {

	private static final boolean HIBERNATE = ClassUtils.isPresent("org.hibernate.Hibernate",
			LazyState.class.getClassLoader());

	private LazyState() {
	}

	static Object of(Object value) {
		return HIBERNATE ? loaded(value) : value;
	}

	private static Object loaded(Object value) {
		if (!Hibernate.isInitialized(value) || hasUnloadedAttributes(value)) {
			throw new IllegalArgumentException(
					nameOf(value) + " has not been loaded from the database; load it before the call");
		}
		return Hibernate.unproxy(value);
	}

	private static boolean hasUnloadedAttributes(Object value) {
		return value instanceof PersistentAttributeInterceptable entity
				&& entity.$$_hibernate_getInterceptor() instanceof BytecodeLazyAttributeInterceptor attributes
				&& attributes.hasAnyUninitializedAttributes();
	}

	private static String nameOf(Object value) {
		LazyInitializer proxied = HibernateProxy.extractLazyInitializer(value);
		if (proxied != null) {
			return proxied.getEntityName();
		}
		return (value instanceof PersistentCollection<?> collection) ? String.valueOf(collection.getRole())
				: value.getClass().getTypeName();
	}

}
