-- PostgreSQL 12 or later. Room in each page lets a completion stay where the claim was, without touching an index.
CREATE TABLE IF NOT EXISTS idempotency_record (
	-- SHA-256 over scope, operation and key: short, and blind to case, accents and padding rules
	record_id    bytea        NOT NULL PRIMARY KEY,
	scope        varchar(255) NOT NULL,
	operation    varchar(255) NOT NULL,
	idem_key     varchar(512) NOT NULL,
	-- 0 in progress, 1 completed, 2 failed for good, 3 released, abandoned is 0 with an ended lease
	status       smallint     NOT NULL,
	-- random, new for each attempt: decides who is the owner
	owner_token  uuid         NOT NULL,
	attempt      bigint       NOT NULL,
	-- grows with each attempt, also across a purge: for downstream systems that fence
	fence        bigint       NOT NULL,
	-- SHA-256 of the payload, null if it is not checked
	fingerprint  bytea,
	-- null unless in progress
	lease_until  timestamptz,
	-- when the record may be purged, unless it is in progress
	expires_at   timestamptz  NOT NULL,
	-- when the last attempt was claimed
	created_at   timestamptz  NOT NULL,
	completed_at timestamptz,
	-- the format of the result, never the name of a class
	result_type  varchar(100),
	result       bytea
) WITH (fillfactor = 70);

CREATE INDEX IF NOT EXISTS idempotency_record_expires ON idempotency_record (expires_at);
