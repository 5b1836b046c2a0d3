package io.idempotent.sample;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * Sends contract calls to a blockchain, each of them once, however often it is asked to.
 * Start reading at {@link io.idempotent.sample.contract.ContractService}, or at
 * {@code DeploymentController} for keys that clients send, or at {@code ChargePayment}
 * for operations that they run by name.
 */
@SpringBootApplication
public class SampleApplication {

	public static void main(String[] args) {
		SpringApplication.run(SampleApplication.class, args);
	}

}
