package io.idempotent.sample.deployment;

import java.net.URI;
import java.security.Principal;
import java.util.List;

import io.idempotent.Idempotent;
import io.idempotent.sample.security.ApiDescription;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.security.SecurityRequirement;

import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/deployments")
@SecurityRequirement(name = ApiDescription.BASIC_AUTH)
class DeploymentController {

	private final DeploymentService deployments;

	DeploymentController(DeploymentService deployments) {
		this.deployments = deployments;
	}

	/**
	 * Runs once per user and key in the header {@code Idempotency-Key}; every further
	 * request is answered with the same status, location and body.
	 */
	@PostMapping
	@Idempotent(operation = "deployment.create")
	@ApiResponse(responseCode = "201", description = "Deployed", useReturnTypeSchema = true)
	ResponseEntity<Deployment> create(@RequestBody DeploymentRequest request, Principal user) {
		Deployment deployment = this.deployments.deploy(user.getName(), request);
		return ResponseEntity.created(URI.create("/deployments/" + deployment.id())).body(deployment);
	}

	@GetMapping
	List<Deployment> all(Principal user) {
		return this.deployments.findAll(user.getName());
	}

	@GetMapping("/{id}")
	ResponseEntity<Deployment> one(@PathVariable long id, Principal user) {
		return ResponseEntity.of(this.deployments.find(user.getName(), id));
	}

}
