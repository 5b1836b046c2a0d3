CREATE TABLE contract_call (workflow_id varchar(100) NOT NULL PRIMARY KEY, method varchar(100) NOT NULL);
