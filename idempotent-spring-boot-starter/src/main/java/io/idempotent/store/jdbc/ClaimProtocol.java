package io.idempotent.store.jdbc;

import java.sql.SQLException;

import io.idempotent.store.Claim;
import io.idempotent.store.ClaimResult;

/**
 * Claims a record with the statements that suit a database.
 */
interface ClaimProtocol {

	/**
	 * Claims the record in one atomic step, as
	 * {@link io.idempotent.store.IdempotencyStore#claim} says.
	 * @throws SQLException if the database fails, or others change the record so fast
	 * that no answer would be true
	 */
	ClaimResult claim(Claim claim) throws SQLException;

}
