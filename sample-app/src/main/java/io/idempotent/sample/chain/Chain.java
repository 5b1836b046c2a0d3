package io.idempotent.sample.chain;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.GeneratedKeyHolder;
import org.springframework.jdbc.support.KeyHolder;
import org.springframework.stereotype.Component;

/**
 * Stands for an outside system and its client. Keeps what it received in a table of its
 * own, and never deduplicates: what arrives twice is there twice.
 */
@Component
public class Chain {

	private static final Duration SLOWNESS = Duration.ofSeconds(3);

	private final JdbcClient jdbc;

	private final AtomicReference<Mode> next = new AtomicReference<>(Mode.NORMAL);

	Chain(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/** How the chain treats the next call, and only that one. */
	void treatNextCall(Mode mode) {
		this.next.set(mode);
	}

	/**
	 * Sends a call. The chain rejects the method {@code revert}.
	 * @param requestId under which the sender may ask for the call again
	 * @throws ConnectException if the call did not arrive
	 * @throws InterruptedIOException if it is not known whether the call arrived
	 * @throws CallRejectedException if it arrived and was rejected
	 */
	public Receipt submit(String requestId, String workflowId, String method) throws IOException {
		Mode mode = this.next.getAndSet(Mode.NORMAL);
		if (mode == Mode.FAIL) {
			throw new ConnectException("the chain refused the connection");
		}
		Receipt receipt = accept(requestId, workflowId, method);
		if (mode == Mode.SLOW) {
			pause();
		}
		if (mode == Mode.TIMEOUT_AFTER_ACCEPTING) {
			throw new SocketTimeoutException("the chain did not answer in time");
		}
		return requireNotRejected(receipt);
	}

	/**
	 * Asks for a call that was sent before.
	 * @return its receipt, empty if the chain never received it
	 * @throws CallRejectedException if it was rejected
	 */
	public Optional<Receipt> find(String requestId) {
		return this.jdbc.sql("SELECT * FROM chain_transaction WHERE request_id = ? ORDER BY block_number DESC LIMIT 1")
			.param(requestId)
			.query(Receipt.class)
			.optional()
			.map(Chain::requireNotRejected);
	}

	/**
	 * What arrived, rejected calls included.
	 * @param workflowId of which workflow, null for all
	 */
	List<Receipt> received(@Nullable String workflowId) {
		return this.jdbc
			.sql("SELECT * FROM chain_transaction WHERE workflow_id = COALESCE(?, workflow_id) ORDER BY block_number")
			.param(workflowId)
			.query(Receipt.class)
			.list();
	}

	private Receipt accept(String requestId, String workflowId, String method) {
		KeyHolder block = new GeneratedKeyHolder();
		this.jdbc.sql("""
				INSERT INTO chain_transaction (request_id, transaction_hash, workflow_id, method, accepted_at)
				VALUES (?, ?, ?, ?, CURRENT_TIMESTAMP)""")
			.params(requestId, "0x" + requestId.replace("-", ""), workflowId, method)
			.update(block, "block_number");
		return this.jdbc.sql("SELECT * FROM chain_transaction WHERE block_number = ?")
			.param(block.getKey())
			.query(Receipt.class)
			.single();
	}

	private static Receipt requireNotRejected(Receipt receipt) {
		if (receipt.method().equals("revert")) {
			throw new CallRejectedException("the chain rejected 'revert' in block " + receipt.blockNumber());
		}
		return receipt;
	}

	private static void pause() throws InterruptedIOException {
		try {
			Thread.sleep(SLOWNESS.toMillis());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new InterruptedIOException("interrupted while waiting for the chain");
		}
	}

	/** What the chain can be told to do. */
	enum Mode {

		/** Accepts the call and answers. */
		@JsonProperty("normal")
		NORMAL,

		/** Refuses the connection: the call does not arrive. */
		@JsonProperty("fail")
		FAIL,

		/** Accepts the call and answers three seconds later. */
		@JsonProperty("slow")
		SLOW,

		/** Accepts the call, and its answer does not arrive. */
		@JsonProperty("timeout-after-accepting")
		TIMEOUT_AFTER_ACCEPTING

	}

}
