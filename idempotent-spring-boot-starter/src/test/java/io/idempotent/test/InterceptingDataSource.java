package io.idempotent.test;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * Lets each statement that is executed on its connections pass by.
 */
abstract class InterceptingDataSource extends DelegatingDataSource {

	InterceptingDataSource(DataSource target) {
		super(target);
	}

	/**
	 * Executes a statement, or a batch as one.
	 */
	abstract @Nullable Object execute(String sql, Execution execution) throws SQLException;

	/**
	 * Replaces the text of a statement that is prepared.
	 */
	String rewrite(String sql) {
		return sql;
	}

	void opened() throws SQLException {
	}

	void closed() {
	}

	void committed() {
	}

	@Override
	public Connection getConnection() throws SQLException {
		opened();
		Connection target = super.getConnection();
		return proxy(Connection.class, (proxy, method, arguments) -> {
			switch (method.getName()) {
				case "close" -> closed();
				case "commit" -> committed();
				default -> {
				}
			}
			if (method.getName().equals("prepareStatement")) {
				arguments[0] = rewrite((String) arguments[0]);
			}
			Object result = invoke(target, method, arguments);
			if (result instanceof PreparedStatement statement) {
				return proxy(PreparedStatement.class, statementHandler(statement, (String) arguments[0]));
			}
			return (result instanceof Statement statement) ? proxy(Statement.class, statementHandler(statement, null))
					: result;
		});
	}

	private InvocationHandler statementHandler(Statement statement, @Nullable String prepared) {
		return (proxy, method, arguments) -> {
			if (!method.getName().startsWith("execute")) {
				return invoke(statement, method, arguments);
			}
			String sql = (prepared != null) ? prepared : String.valueOf(arguments[0]);
			return execute(sql, () -> invoke(statement, method, arguments));
		};
	}

	private static @Nullable Object invoke(Object target, Method method, @Nullable Object[] arguments)
			throws SQLException {
		try {
			return method.invoke(target, arguments);
		}
		catch (InvocationTargetException ex) {
			if (ex.getCause() instanceof SQLException sqlError) {
				throw sqlError;
			}
			throw new IllegalStateException(ex.getCause());
		}
		catch (IllegalAccessException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static <T> T proxy(Class<T> type, InvocationHandler handler) {
		return type.cast(Proxy.newProxyInstance(InterceptingDataSource.class.getClassLoader(), new Class<?>[] { type },
				handler));
	}

	/** The execution of one statement. */
	interface Execution {

		@Nullable Object proceed() throws SQLException;

	}

}
