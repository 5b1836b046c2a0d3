-- MariaDB 10.6 or later. Times are UTC.
CREATE TABLE IF NOT EXISTS idempotency_record (
	-- SHA-256 over scope, operation and key: short, and blind to case, accents and padding rules
	record_id    BINARY(32)                                             NOT NULL PRIMARY KEY,
	scope        VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
	operation    VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
	idem_key     VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
	-- 0 in progress, 1 completed, 2 failed for good, 3 released, abandoned is 0 with an ended lease
	status       SMALLINT                                               NOT NULL,
	-- random, new for each attempt: decides who is the owner
	owner_token  CHAR(36) CHARACTER SET ascii COLLATE ascii_bin         NOT NULL,
	attempt      BIGINT                                                 NOT NULL,
	-- grows with each attempt, also across a purge: for downstream systems that fence
	fence        BIGINT                                                 NOT NULL,
	-- SHA-256 of the payload, null if it is not checked
	fingerprint  BINARY(32),
	-- null unless in progress
	lease_until  DATETIME(6),
	-- when the record may be purged, unless it is in progress
	expires_at   DATETIME(6)                                            NOT NULL,
	-- when the last attempt was claimed
	created_at   DATETIME(6)                                            NOT NULL,
	completed_at DATETIME(6),
	-- the format of the result, never the name of a class
	result_type  VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin,
	result       LONGBLOB,
	INDEX idempotency_record_expires (expires_at)
) ENGINE = InnoDB;
