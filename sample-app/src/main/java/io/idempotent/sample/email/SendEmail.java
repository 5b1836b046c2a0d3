package io.idempotent.sample.email;

import java.util.Locale;

import io.idempotent.IdempotencyContext;
import io.idempotent.web.IdempotentOperationHandler;
import io.idempotent.web.OperationFailedException;

import org.springframework.stereotype.Component;

/**
 * Sends an email, or fails for good with 422. Its message id is the same on every
 * attempt: mail readers show two of one id as one.
 */
@Component
class SendEmail implements IdempotentOperationHandler<Message, SentEmail> {

	private final MailServer server;

	SendEmail(MailServer server) {
		this.server = server;
	}

	@Override
	public String name() {
		return "email.send";
	}

	@Override
	public Class<Message> payloadType() {
		return Message.class;
	}

	@Override
	public SentEmail handle(Message message) {
		// no domain will ever be called that (RFC 2606)
		if (message.to().toLowerCase(Locale.ROOT).endsWith(".invalid")) {
			throw new OperationFailedException("RECIPIENT_UNKNOWN", "There is nobody at '%s'.".formatted(message.to()));
		}
		return this.server.send(IdempotencyContext.current().orElseThrow().keyFor("mail-server"), message);
	}

}
