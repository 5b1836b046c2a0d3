package io.idempotent.sample.contract;

import java.util.List;

import com.fasterxml.jackson.annotation.JsonRawValue;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * The contract calls this application has decided to make. Each is written before the
 * chain is asked, so that it is there whatever happens then.
 */
@Repository
public class ContractCalls {

	private final JdbcClient jdbc;

	private final JsonMapper json;

	ContractCalls(JdbcClient jdbc, JsonMapper json) {
		this.jdbc = jdbc;
		this.json = json;
	}

	/**
	 * Writes the call. A further attempt of the same request may make another call, which
	 * takes the place of the first.
	 * @throws MethodAlreadyCalledException if another request has called the method
	 */
	void save(String requestId, String workflowId, ContractCall call) {
		String arguments = this.json.writeValueAsString(call.arguments());
		try {
			int known = this.jdbc.sql("UPDATE contract_call SET method = ?, arguments = ? WHERE request_id = ?")
				.params(call.method(), arguments, requestId)
				.update();
			if (known == 0) {
				this.jdbc
					.sql("INSERT INTO contract_call (request_id, workflow_id, method, arguments) VALUES (?, ?, ?, ?)")
					.params(requestId, workflowId, call.method(), arguments)
					.update();
			}
		}
		catch (DuplicateKeyException ex) {
			throw new MethodAlreadyCalledException(workflowId, call.method());
		}
	}

	List<Row> findByWorkflowId(String workflowId) {
		return this.jdbc
			.sql("SELECT method, arguments, request_id FROM contract_call WHERE workflow_id = ? ORDER BY method")
			.param(workflowId)
			.query(Row.class)
			.list();
	}

	record Row(String method, @JsonRawValue String arguments, String requestId) {
	}

}
