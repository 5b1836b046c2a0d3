-- the contract calls of this application
CREATE TABLE IF NOT EXISTS contract_call (
	request_id CHAR(36) PRIMARY KEY,
	workflow_id VARCHAR(64) NOT NULL,
	method VARCHAR(64) NOT NULL,
	arguments TEXT NOT NULL,
	UNIQUE (workflow_id, method)
);

-- what the simulated chain received
CREATE TABLE IF NOT EXISTS chain_transaction (
	block_number BIGINT GENERATED ALWAYS AS IDENTITY (CACHE 1) PRIMARY KEY,
	request_id CHAR(36) NOT NULL,
	transaction_hash VARCHAR(66) NOT NULL,
	workflow_id VARCHAR(64) NOT NULL,
	method VARCHAR(64) NOT NULL,
	accepted_at TIMESTAMP(3) WITH TIME ZONE NOT NULL
);
CREATE INDEX IF NOT EXISTS chain_transaction_request ON chain_transaction (request_id);
