-- Oracle 19c or later. Times are UTC. An empty scope is null here.
CREATE TABLE idempotency_record (
	-- SHA-256 over scope, operation and key: short, and blind to case, accents and padding rules
	record_id    RAW(32)            NOT NULL PRIMARY KEY,
	scope        VARCHAR2(255 CHAR),
	operation    VARCHAR2(255 CHAR) NOT NULL,
	idem_key     VARCHAR2(512 CHAR) NOT NULL,
	-- 0 in progress, 1 completed, 2 failed for good, 3 released, abandoned is 0 with an ended lease
	status       NUMBER(5)          NOT NULL,
	-- random, new for each attempt: decides who is the owner
	owner_token  CHAR(36)           NOT NULL,
	attempt      NUMBER(19)         NOT NULL,
	-- grows with each attempt, also across a purge: for downstream systems that fence
	fence        NUMBER(19)         NOT NULL,
	-- SHA-256 of the payload, null if it is not checked
	fingerprint  RAW(32),
	-- null unless in progress
	lease_until  TIMESTAMP(6),
	-- when the record may be purged, unless it is in progress
	expires_at   TIMESTAMP(6)       NOT NULL,
	-- when the last attempt was claimed
	created_at   TIMESTAMP(6)       NOT NULL,
	completed_at TIMESTAMP(6),
	-- the format of the result, never the name of a class
	result_type  VARCHAR2(100 CHAR),
	result       BLOB
);

CREATE INDEX idempotency_record_expires ON idempotency_record (expires_at);
