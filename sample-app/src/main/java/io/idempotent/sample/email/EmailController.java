package io.idempotent.sample.email;

import java.util.List;

import io.idempotent.sample.security.ApiDescription;
import io.swagger.v3.oas.annotations.security.SecurityRequirement;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Shows what the mail server really received.
 */
@RestController
@RequestMapping("/emails")
@SecurityRequirement(name = ApiDescription.BASIC_AUTH)
class EmailController {

	private final MailServer server;

	EmailController(MailServer server) {
		this.server = server;
	}

	@GetMapping
	List<SentEmail> all() {
		return this.server.findAll();
	}

}
