package io.idempotent.sample.user;

import java.util.List;

import io.idempotent.sample.security.ApiDescription;
import io.swagger.v3.oas.annotations.security.SecurityRequirement;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/users")
@SecurityRequirement(name = ApiDescription.BASIC_AUTH)
class UserController {

	private final Users users;

	UserController(Users users) {
		this.users = users;
	}

	@GetMapping
	List<User> all() {
		return this.users.findAll();
	}

}
