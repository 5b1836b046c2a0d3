-- SQL Server 2016 or later. Times are UTC.
IF OBJECT_ID('idempotency_record') IS NULL
CREATE TABLE idempotency_record (
	-- SHA-256 over scope, operation and key: short, and blind to case, accents and padding rules
	record_id    BINARY(32)     NOT NULL PRIMARY KEY,
	scope        NVARCHAR(255)  NOT NULL,
	operation    NVARCHAR(255)  NOT NULL,
	idem_key     NVARCHAR(512)  NOT NULL,
	-- 0 in progress, 1 completed, 2 failed for good, 3 released, abandoned is 0 with an ended lease
	status       SMALLINT       NOT NULL,
	-- random, new for each attempt: decides who is the owner
	owner_token  CHAR(36)       NOT NULL,
	attempt      BIGINT         NOT NULL,
	-- grows with each attempt, also across a purge: for downstream systems that fence
	fence        BIGINT         NOT NULL,
	-- SHA-256 of the payload, null if it is not checked
	fingerprint  BINARY(32)     NULL,
	-- null unless in progress
	lease_until  DATETIME2(6)   NULL,
	-- when the record may be purged, unless it is in progress
	expires_at   DATETIME2(6)   NOT NULL,
	-- when the last attempt was claimed
	created_at   DATETIME2(6)   NOT NULL,
	completed_at DATETIME2(6)   NULL,
	-- the format of the result, never the name of a class
	result_type  VARCHAR(100)   NULL,
	result       VARBINARY(MAX) NULL,
	INDEX idempotency_record_expires (expires_at)
);
