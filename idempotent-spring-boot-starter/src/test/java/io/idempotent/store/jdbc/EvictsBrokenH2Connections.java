package io.idempotent.store.jdbc;

import java.sql.SQLException;

import com.zaxxer.hikari.SQLExceptionOverride;
import org.h2.api.ErrorCode;

/**
 * Tells the pool what it does not know of H2. Public, as the pool creates it.
 */
public final class EvictsBrokenH2Connections implements SQLExceptionOverride {

	@java.lang.Override
	public SQLExceptionOverride.Override adjudicate(SQLException ex) {
		return (ex.getErrorCode() == ErrorCode.CONNECTION_BROKEN_1) ? SQLExceptionOverride.Override.MUST_EVICT
				: SQLExceptionOverride.Override.CONTINUE_EVICT;
	}

}
