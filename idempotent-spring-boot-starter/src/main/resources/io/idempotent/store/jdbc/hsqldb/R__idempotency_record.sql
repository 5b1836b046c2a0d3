CREATE TABLE IF NOT EXISTS idempotency_record (
	-- SHA-256 over scope, operation and key: short, and blind to case, accents and padding rules
	record_id    BINARY(32)                  NOT NULL PRIMARY KEY,
	scope        VARCHAR(255)                NOT NULL,
	operation    VARCHAR(255)                NOT NULL,
	idem_key     VARCHAR(512)                NOT NULL,
	-- 0 in progress, 1 completed, 2 failed for good, 3 released, abandoned is 0 with an ended lease
	status       SMALLINT                    NOT NULL,
	-- random, new for each attempt: decides who is the owner
	owner_token  CHAR(36)                    NOT NULL,
	attempt      BIGINT                      NOT NULL,
	-- grows with each attempt, also across a purge: for downstream systems that fence
	fence        BIGINT                      NOT NULL,
	-- SHA-256 of the payload, null if it is not checked
	fingerprint  BINARY(32),
	-- null unless in progress
	lease_until  TIMESTAMP(6) WITH TIME ZONE,
	-- when the record may be purged, unless it is in progress
	expires_at   TIMESTAMP(6) WITH TIME ZONE NOT NULL,
	-- when the last attempt was claimed
	created_at   TIMESTAMP(6) WITH TIME ZONE NOT NULL,
	completed_at TIMESTAMP(6) WITH TIME ZONE,
	-- the format of the result, never the name of a class
	result_type  VARCHAR(100),
	result       LONGVARBINARY
);

CREATE INDEX IF NOT EXISTS idempotency_record_expires ON idempotency_record (expires_at);
