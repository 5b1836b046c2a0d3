package io.idempotent.engine.failure;

import java.util.concurrent.ConcurrentMap;

import com.github.benmanes.caffeine.cache.Caffeine;

/**
 * Makes maps that keep something about objects of others for as long as these are in use.
 * Keys are compared by identity, since the {@code equals} of an exception is the
 * application's. A map whose entries may be collected before their keys, such as Spring's
 * {@code ConcurrentReferenceHashMap}, would forget a mark in between.
 */
public final class Marks {

	private Marks() {
	}

	public static <K, V> ConcurrentMap<K, V> create() {
		return Caffeine.newBuilder().weakKeys().executor(Runnable::run).<K, V>build().asMap();
	}

}
