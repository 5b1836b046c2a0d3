package io.idempotent.store.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

import javax.sql.DataSource;

import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * Gives connections whose transactions have begun a while ago, like a pool that does not
 * end those in which it tests its connections.
 */
final class StaleTransactions extends DelegatingDataSource implements AutoCloseable {

	private final List<Connection> idle = new ArrayList<>();

	StaleTransactions(DataSource target, int size) throws SQLException {
		super(target);
		for (int i = 0; i < size; i++) {
			Connection connection = super.getConnection();
			connection.setAutoCommit(false);
			giveBack(connection);
		}
	}

	@Override
	public Connection getConnection() throws SQLException {
		Connection target = take();
		return (Connection) Proxy.newProxyInstance(StaleTransactions.class.getClassLoader(),
				new Class<?>[] { Connection.class }, (proxy, method, arguments) -> {
					if (method.getName().equals("close")) {
						giveBack(target);
						return null;
					}
					try {
						return method.invoke(target, arguments);
					}
					catch (InvocationTargetException ex) {
						throw ex.getCause();
					}
				});
	}

	private synchronized Connection take() {
		return this.idle.remove(ThreadLocalRandom.current().nextInt(this.idle.size()));
	}

	private void giveBack(Connection connection) throws SQLException {
		connection.rollback();
		try (Statement statement = connection.createStatement()) {
			statement.execute("SELECT 1");
		}
		synchronized (this) {
			this.idle.add(connection);
		}
	}

	@Override
	public synchronized void close() throws SQLException {
		for (Connection connection : this.idle) {
			connection.close();
		}
	}

}
