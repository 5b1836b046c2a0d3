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

-- what came with a key of the client
CREATE TABLE IF NOT EXISTS deployment (
	id BIGINT GENERATED ALWAYS AS IDENTITY (CACHE 1) PRIMARY KEY,
	owner VARCHAR(64) NOT NULL,
	service VARCHAR(64) NOT NULL,
	version VARCHAR(64) NOT NULL,
	deployed_at TIMESTAMP(3) WITH TIME ZONE NOT NULL
);
CREATE INDEX IF NOT EXISTS deployment_owner ON deployment (owner, id);

CREATE TABLE IF NOT EXISTS content_submission (
	id BIGINT GENERATED ALWAYS AS IDENTITY (CACHE 1) PRIMARY KEY,
	author VARCHAR(64) NOT NULL,
	title VARCHAR(200) NOT NULL,
	content TEXT NOT NULL,
	submitted_at TIMESTAMP(3) WITH TIME ZONE NOT NULL
);

CREATE TABLE IF NOT EXISTS vote (
	voter VARCHAR(64) NOT NULL,
	proposal VARCHAR(64) NOT NULL,
	choice VARCHAR(64) NOT NULL,
	PRIMARY KEY (proposal, voter)
);

CREATE TABLE IF NOT EXISTS reward (
	request_id CHAR(36) PRIMARY KEY,
	recipient VARCHAR(42) NOT NULL,
	amount INT NOT NULL
);
