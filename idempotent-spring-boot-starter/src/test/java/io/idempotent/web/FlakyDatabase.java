package io.idempotent.web;

import com.zaxxer.hikari.HikariDataSource;
import io.idempotent.test.FlakyDataSource;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Makes the database of an application one that can go away.
 */
@Configuration(proxyBeanMethods = false)
public class FlakyDatabase {

	@Bean
	public static BeanPostProcessor brokenConnections() {
		return new BeanPostProcessor() {

			@Override
			public Object postProcessAfterInitialization(Object bean, String name) {
				return (bean instanceof HikariDataSource pool) ? new FlakyDataSource(pool) : bean;
			}

		};
	}

}
