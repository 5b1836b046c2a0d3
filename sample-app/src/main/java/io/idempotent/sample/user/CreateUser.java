package io.idempotent.sample.user;

import io.idempotent.web.IdempotentOperationHandler;
import io.idempotent.web.OperationFailedException;

import org.springframework.dao.DuplicateKeyException;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/**
 * Creates a user, or fails for good with 409. The unique constraint alone would tell a
 * retry that the user exists; with a key it gets the user.
 */
@Component
class CreateUser implements IdempotentOperationHandler<NewUser, User> {

	private final Users users;

	CreateUser(Users users) {
		this.users = users;
	}

	@Override
	public String name() {
		return "user.create";
	}

	@Override
	public Class<NewUser> payloadType() {
		return NewUser.class;
	}

	@Override
	public User handle(NewUser user) {
		try {
			return this.users.create(user);
		}
		catch (DuplicateKeyException ex) {
			throw new OperationFailedException(HttpStatus.CONFLICT, "USER_EXISTS",
					"Another user has the address '%s'.".formatted(user.email()), ex);
		}
	}

}
