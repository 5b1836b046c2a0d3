package io.idempotent.autoconfigure;

import java.net.URI;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

import io.idempotent.AbandonedPolicy;
import io.idempotent.InProgressPolicy;
import io.idempotent.TransactionMode;
import io.idempotent.engine.failure.UnknownFailures;
import io.idempotent.engine.operation.EngineSettings;
import io.idempotent.engine.operation.EngineSettings.LocalCacheSettings;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.convert.DurationUnit;
import org.springframework.boot.sql.init.DatabaseInitializationMode;
import org.springframework.util.unit.DataSize;

/**
 * What is configured under {@code idempotent}. Wrong values and unknown names stop the
 * start. Long because every property is here, with its default and its limits.
 *
 * @param enabled Whether to guard methods and template calls. If not, every call runs as
 * a first attempt.
 * @param store Where records are kept. By default an IdempotencyStore bean, else the
 * database of the DataSource.
 * @param ttl Time an outcome is kept, from its completion.
 * @param lease Time an owner may stay silent before its attempt counts as abandoned. It
 * is renewed while the method runs.
 * @param maxLease Time after which leases are no longer renewed, from the claim.
 * @param onInProgress What a duplicate does while the first attempt is in progress.
 * @param waitTimeout Time a duplicate waits at most, if it waits.
 * @param onAbandoned What happens to a record whose outcome nobody knows.
 * @param transaction How a record, and the method, relate to the transaction of the
 * caller.
 * @param unknownFailures Exception types after which nobody knows whether the operation
 * happened, matched through causes. Replaces the default: these types, and the failures
 * of clients of other systems after which a request may have been processed.
 * @param maxKeyLength Maximum number of characters of a key, at most 512.
 * @param maxResultSize Maximum size of an encoded result. A larger one is not replayed.
 * @param localCache the local cache
 * @param jdbc the JDBC store
 * @param purge the purge
 * @param web keys of web requests
 */
@ConfigurationProperties(prefix = "idempotent", ignoreUnknownFields = false)
public record IdempotencyProperties(@DefaultValue("true") boolean enabled, @DefaultValue("auto") Store store,
		@DefaultValue("24h") @DurationUnit(ChronoUnit.SECONDS) Duration ttl,
		@DefaultValue("30s") @DurationUnit(ChronoUnit.SECONDS) Duration lease,
		@DefaultValue("1h") @DurationUnit(ChronoUnit.SECONDS) Duration maxLease,
		@DefaultValue("reject") InProgressPolicy onInProgress,
		@DefaultValue("10s") @DurationUnit(ChronoUnit.SECONDS) Duration waitTimeout,
		@DefaultValue("hold") AbandonedPolicy onAbandoned, @DefaultValue("independent") TransactionMode transaction,
		@Nullable List<Class<? extends Throwable>> unknownFailures, @DefaultValue("255") int maxKeyLength,
		@DefaultValue("1MB") DataSize maxResultSize, @DefaultValue LocalCache localCache, @DefaultValue Jdbc jdbc,
		@DefaultValue Purge purge, @DefaultValue Web web) {

	public IdempotencyProperties {
		check(store != Store.REDIS, "store", store, "this version has no Redis store",
				"Use 'auto' or 'jdbc' with a DataSource, or provide a bean of type io.idempotent.store.IdempotencyStore.");
		checkDuration("ttl", ttl);
		checkDuration("lease", lease);
		check(lease.toMillis() >= 10, "lease", lease, "it must be from 10 ms on", null);
		checkDuration("max-lease", maxLease);
		check(maxLease.compareTo(lease) >= 0, "max-lease", maxLease,
				"it must not be shorter than 'idempotent.lease', which is '" + lease + "'",
				"Set 'idempotent.max-lease' (by default 1h) to more, or 'idempotent.lease' (by default 30s) to less.");
		check(onInProgress != InProgressPolicy.DEFAULT, "on-in-progress", onInProgress,
				"'default' is for the annotation only", "Use 'reject' or 'wait'.");
		checkDuration("wait-timeout", waitTimeout);
		check(onAbandoned != AbandonedPolicy.DEFAULT, "on-abandoned", onAbandoned,
				"'default' is for the annotation only", "Use 'hold' or 'retry'.");
		check(transaction != TransactionMode.DEFAULT, "transaction", transaction,
				"'default' is for the annotation only", "Use 'independent', 'detached' or 'join'.");
		unknownFailures = (unknownFailures != null) ? List.copyOf(unknownFailures) : null;
		for (Class<?> type : (unknownFailures != null) ? unknownFailures : List.<Class<?>>of()) {
			check(Throwable.class.isAssignableFrom(type), "unknown-failures", type.getName(),
					"it is not the class of an exception", null);
		}
		check(maxKeyLength >= 1 && maxKeyLength <= 512, "max-key-length", maxKeyLength, "it must be from 1 to 512",
				null);
		checkSize("max-result-size", maxResultSize);
	}

	EngineSettings toEngineSettings() {
		return new EngineSettings(this.ttl, this.lease, this.maxLease, this.onInProgress, this.waitTimeout,
				this.onAbandoned, this.transaction, toUnknownFailures(), this.maxKeyLength,
				this.maxResultSize.toBytes(), new LocalCacheSettings(this.localCache.enabled,
						this.localCache.maxSize.toBytes(), this.localCache.ttl));
	}

	private UnknownFailures toUnknownFailures() {
		return (this.unknownFailures != null) ? new UnknownFailures(Set.copyOf(this.unknownFailures), false)
				: UnknownFailures.DEFAULT;
	}

	private static void checkDuration(String name, Duration value) {
		check(EngineSettings.isWithinLimits(value), name, value, "it must be " + EngineSettings.LIMITS, null);
	}

	private static void checkSize(String name, DataSize value) {
		check(value.toBytes() >= 1, name, value, "it must be at least one byte", null);
	}

	private static void check(boolean valid, String name, Object value, String reason, @Nullable String action) {
		if (!valid) {
			String shown = (value instanceof Enum<?> constant) ? constant.name().toLowerCase(Locale.ROOT)
					: (value instanceof Duration duration) ? shown(duration) : value.toString();
			throw IdempotencyConfigurationException.ofProperty("idempotent." + name, shown, reason, action);
		}
	}

	/** With the largest unit that it is a multiple of, as it is usually written. */
	private static String shown(Duration duration) {
		long seconds = duration.getSeconds();
		if (duration.getNano() != 0 || seconds == 0) {
			return duration.toString();
		}
		return (seconds % 86_400 == 0) ? seconds / 86_400 + "d" : (seconds % 3_600 == 0) ? seconds / 3_600 + "h"
				: (seconds % 60 == 0) ? seconds / 60 + "m" : seconds + "s";
	}

	/** Where records are kept. */
	public enum Store {

		/** In a bean of the application, else in the database of the DataSource. */
		AUTO,

		/** In the database of the DataSource. */
		JDBC,

		/** In Redis. Not available yet: refused at start. */
		REDIS,

		/** In this JVM: for a single node, and for tests. */
		MEMORY

	}

	/**
	 * The local cache.
	 *
	 * @param enabled Whether to keep finished records in memory as well.
	 * @param maxSize Maximum size of all results in the local cache.
	 * @param ttl Time an outcome stays in the local cache at most.
	 */
	public record LocalCache(@DefaultValue("true") boolean enabled, @DefaultValue("64MB") DataSize maxSize,
			@DefaultValue("10m") @DurationUnit(ChronoUnit.SECONDS) Duration ttl) {

		public LocalCache {
			checkSize("local-cache.max-size", maxSize);
			checkDuration("local-cache.ttl", ttl);
		}

	}

	/**
	 * The JDBC store.
	 *
	 * @param tableName Name of the table, with its schema and a dot before it if needed.
	 * @param initializeSchema When to run the schema script at start.
	 * @param schema Path to the SQL script that creates the table.
	 * @param platform Platform of the schema script and of the SQL dialect. Detected by
	 * default.
	 */
	public record Jdbc(@DefaultValue(DEFAULT_TABLE_NAME) String tableName,
			@DefaultValue("embedded") DatabaseInitializationMode initializeSchema,
			@DefaultValue(DEFAULT_SCHEMA) String schema, @Nullable String platform) {

		static final String DEFAULT_TABLE_NAME = "idempotency_record";

		static final String DEFAULT_SCHEMA = "classpath:io/idempotent/store/jdbc/@@platform@@/R__idempotency_record.sql";

		private static final Pattern TABLE_NAME = Pattern
			.compile("([A-Za-z_][A-Za-z0-9_]{0,127}\\.)?[A-Za-z_][A-Za-z0-9_]{0,127}");

		public Jdbc {
			check(TABLE_NAME.matcher(tableName).matches(), "jdbc.table-name", tableName,
					"it is not the name of a table: letters, digits and underscores, with the schema and a dot before it if needed",
					null);
		}

		static String scriptFor(String platform) {
			return DEFAULT_SCHEMA.replace("@@platform@@", platform);
		}

	}

	/**
	 * The purge.
	 *
	 * @param enabled Whether to delete expired records.
	 * @param interval Time from the end of a purge to the next.
	 * @param batchSize Maximum number of records deleted by one statement.
	 */
	public record Purge(@DefaultValue("true") boolean enabled,
			@DefaultValue("1m") @DurationUnit(ChronoUnit.SECONDS) Duration interval,
			@DefaultValue("1000") int batchSize) {

		public Purge {
			checkDuration("purge.interval", interval);
			check(batchSize >= 1, "purge.batch-size", batchSize, "it must be at least 1", null);
		}

	}

	/**
	 * Keys of web requests.
	 *
	 * @param enabled Whether to take keys from web requests, and to answer refused ones
	 * with problem details.
	 * @param header Name of the header that carries the key.
	 * @param keyRequired Whether to refuse requests without a key. If not, they run
	 * unguarded.
	 * @param anonymous What becomes of requests that have their key in the header and no
	 * authenticated user. Refused by default with Spring Security, and shared without.
	 * @param maxBodySize Maximum size of the body of a request with a key.
	 * @param onServerError What becomes of the record when the answer has a status from
	 * 500 on.
	 * @param problemBaseUri What the types of problem details begin with. A URN by
	 * default.
	 * @param executeApi the execute API
	 */
	public record Web(@DefaultValue("true") boolean enabled, @DefaultValue("Idempotency-Key") String header,
			@DefaultValue("true") boolean keyRequired, @Nullable Anonymous anonymous,
			@DefaultValue("1MB") DataSize maxBodySize, @DefaultValue("release") OnServerError onServerError,
			@Nullable String problemBaseUri, @DefaultValue ExecuteApi executeApi) {

		/** The largest array there is. */
		private static final DataSize MAX = DataSize.ofBytes(Integer.MAX_VALUE - 9);

		private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

		public Web {
			check(TOKEN.matcher(header).matches(), "web.header", header, "it is not the name of a header", null);
			checkSize("web.max-body-size", maxBodySize);
			check(maxBodySize.compareTo(MAX) <= 0, "web.max-body-size", maxBodySize, "it must be less than 2 GB", null);
			check(problemBaseUri == null || isUri(problemBaseUri), "web.problem-base-uri",
					String.valueOf(problemBaseUri), "it is not a URI", null);
		}

		private static boolean isUri(String text) {
			try {
				return URI.create(text + "in-progress").isAbsolute();
			}
			catch (IllegalArgumentException ex) {
				return false;
			}
		}

		/**
		 * The execute API.
		 *
		 * @param enabled Whether clients may run the operations of
		 * IdempotentOperationHandler beans by name.
		 * @param path Path of the execute API.
		 */
		public record ExecuteApi(@DefaultValue("false") boolean enabled,
				@DefaultValue("/v1/idempotency/execute") String path) {

			private static final Pattern PATH = Pattern.compile("/[^\\s?#*{}]*");

			public ExecuteApi {
				check(PATH.matcher(path).matches(), "web.execute-api.path", path,
						"it must start with '/', and have no blanks, wildcards or query", null);
			}

		}

		/** What becomes of requests without an authenticated user. */
		public enum Anonymous {

			/** Refused. */
			REJECT,

			/** They share their keys. */
			SHARED

		}

		/** What becomes of the record of a server error. */
		public enum OnServerError {

			/** The next attempt runs. */
			RELEASE,

			/** It is replayed. */
			RECORD

		}

	}

}
