package io.idempotent.sample.content;

import java.security.Principal;
import java.util.List;

import io.idempotent.Idempotent;
import io.idempotent.sample.security.ApiDescription;
import io.swagger.v3.oas.annotations.security.SecurityRequirement;

import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/content-submissions")
@SecurityRequirement(name = ApiDescription.BASIC_AUTH)
class ContentController {

	private final ContentService contents;

	ContentController(ContentService contents) {
		this.contents = contents;
	}

	/**
	 * Accepts a content, once per user and key in the header {@code Idempotency-Key}.
	 */
	@PostMapping
	@ResponseStatus(HttpStatus.ACCEPTED)
	@Idempotent(operation = "content.submit")
	Submission submit(@RequestBody Content content, Principal user) {
		return this.contents.submit(user.getName(), content);
	}

	@GetMapping
	List<Submission> all() {
		return this.contents.findAll();
	}

}
