package io.idempotent.store.jdbc;

import javax.sql.DataSource;

import io.idempotent.database.TestDatabase;

/**
 * A table of PostgreSQL that is partitioned as docs/scaling.md shows.
 */
final class Partitions {

	private Partitions() {
	}

	/**
	 * Puts a partitioned table in the place of an empty one.
	 */
	static void create(DataSource pool) {
		TestDatabase.execute(pool,
				"""
						ALTER TABLE public.idempotency_record RENAME TO idempotency_record_template;
						CREATE TABLE public.idempotency_record (LIKE public.idempotency_record_template INCLUDING ALL) PARTITION BY HASH (record_id)""");
		for (int i = 0; i < 4; i++) {
			TestDatabase.execute(pool, """
					CREATE TABLE public.idempotency_record_%1$d PARTITION OF public.idempotency_record
					FOR VALUES WITH (MODULUS 4, REMAINDER %1$d) WITH (fillfactor = 70)""".formatted(i));
		}
	}

}
