package io.idempotent.benchmarks.startup.plain;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * Writes to the table.
 */
@Service
class ContractService {

	private final JdbcTemplate jdbc;

	ContractService(JdbcTemplate jdbc) {
		this.jdbc = jdbc;
	}

	@Transactional
	public int submit(String workflowId, String method) {
		return this.jdbc.update("INSERT INTO contract_call (workflow_id, method) VALUES (?, ?)", workflowId, method);
	}

}
