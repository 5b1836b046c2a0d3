package io.idempotent.test;

import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

/**
 * Sows a bug into statements: replaces a part of their texts when they are prepared.
 */
public final class RewritingDataSource extends InterceptingDataSource {

	private final Pattern part;

	private final String replacement;

	private final AtomicInteger rewritten = new AtomicInteger();

	/**
	 * Creates the data source.
	 * @param target gives the connections
	 * @param part a regular expression of what is replaced
	 * @param replacement by what, with {@code $1} for the first group
	 */
	public RewritingDataSource(DataSource target, String part, String replacement) {
		super(target);
		this.part = Pattern.compile(part);
		this.replacement = replacement;
	}

	/**
	 * The number of statements that had such a part: with none, the bug was not sown.
	 * @return the number
	 */
	public int rewritten() {
		return this.rewritten.get();
	}

	@Override
	String rewrite(String sql) {
		Matcher matcher = this.part.matcher(sql);
		if (!matcher.find()) {
			return sql;
		}
		this.rewritten.incrementAndGet();
		return matcher.replaceAll(this.replacement);
	}

	@Override
	@Nullable Object execute(String sql, Execution execution) throws SQLException {
		return execution.proceed();
	}

}
