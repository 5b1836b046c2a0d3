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

-- what clients did through the execute API
CREATE TABLE IF NOT EXISTS app_user (
	id BIGINT GENERATED ALWAYS AS IDENTITY (CACHE 1) PRIMARY KEY,
	name VARCHAR(64) NOT NULL,
	email VARCHAR(254) NOT NULL UNIQUE,
	created_at TIMESTAMP(3) WITH TIME ZONE NOT NULL
);

-- what the simulated card network received
CREATE TABLE IF NOT EXISTS card_charge (
	id BIGINT GENERATED ALWAYS AS IDENTITY (CACHE 1) PRIMARY KEY,
	request_id CHAR(36) NOT NULL,
	customer VARCHAR(64) NOT NULL,
	order_id VARCHAR(64) NOT NULL,
	amount BIGINT NOT NULL,
	charged_at TIMESTAMP(3) WITH TIME ZONE NOT NULL
);
CREATE INDEX IF NOT EXISTS card_charge_customer ON card_charge (customer, id);

-- what the simulated mail server received
CREATE TABLE IF NOT EXISTS sent_email (
	message_id CHAR(36) NOT NULL,
	recipient VARCHAR(254) NOT NULL,
	subject VARCHAR(200) NOT NULL,
	content TEXT NOT NULL,
	sent_at TIMESTAMP(3) WITH TIME ZONE NOT NULL
);
