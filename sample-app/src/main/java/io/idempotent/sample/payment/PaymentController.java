package io.idempotent.sample.payment;

import java.util.List;

import io.idempotent.sample.security.ApiDescription;
import io.swagger.v3.oas.annotations.security.SecurityRequirement;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * Shows what the card network has really charged.
 */
@RestController
@RequestMapping("/payments")
@SecurityRequirement(name = ApiDescription.BASIC_AUTH)
class PaymentController {

	private final CardNetwork cards;

	PaymentController(CardNetwork cards) {
		this.cards = cards;
	}

	@GetMapping
	List<Charge> all(@RequestParam String customer) {
		return this.cards.findByCustomer(customer);
	}

}
