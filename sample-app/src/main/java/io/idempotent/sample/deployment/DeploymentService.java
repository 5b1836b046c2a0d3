package io.idempotent.sample.deployment;

import java.util.List;
import java.util.Optional;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.GeneratedKeyHolder;
import org.springframework.jdbc.support.KeyHolder;
import org.springframework.stereotype.Service;

/**
 * Deploys, as often as it is told to. Shows each user the own deployments only.
 */
@Service
class DeploymentService {

	private final JdbcClient jdbc;

	DeploymentService(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	Deployment deploy(String owner, DeploymentRequest request) {
		KeyHolder id = new GeneratedKeyHolder();
		this.jdbc
			.sql("INSERT INTO deployment (owner, service, version, deployed_at) VALUES (?, ?, ?, CURRENT_TIMESTAMP)")
			.params(owner, request.service(), request.version())
			.update(id, "id");
		return this.jdbc.sql("SELECT * FROM deployment WHERE id = ?")
			.param(id.getKey())
			.query(Deployment.class)
			.single();
	}

	Optional<Deployment> find(String owner, long id) {
		return this.jdbc.sql("SELECT * FROM deployment WHERE owner = ? AND id = ?")
			.params(owner, id)
			.query(Deployment.class)
			.optional();
	}

	List<Deployment> findAll(String owner) {
		return this.jdbc.sql("SELECT * FROM deployment WHERE owner = ? ORDER BY id")
			.param(owner)
			.query(Deployment.class)
			.list();
	}

}
