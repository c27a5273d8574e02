package dev.orrery.worker.spring.client;

import dev.orrery.client.OrreryClient;
import dev.orrery.worker.binding.client.ClientProperties;
import javax.sql.DataSource;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.transaction.ConfigurableTransactionManager;

/**
 * Provides an outbox, which stores runs in the transaction of the caller and submits them after its
 * commit.
 */
@AutoConfiguration(after = OrreryClientAutoConfiguration.class)
@ConditionalOnClass(DataSourceUtils.class)
@ConditionalOnProperty(prefix = ClientProperties.PREFIX, name = "outbox")
public class OrreryOutboxAutoConfiguration {

  @Bean
  SpringOutbox orreryOutbox(
      OrreryClient client,
      OrreryClientProperties properties,
      BeanFactory beans,
      ObjectProvider<ConfigurableTransactionManager> managers) {
    String name = properties.outboxDataSource();
    CallerTransaction transaction =
        new CallerTransaction(
            name == null ? beans.getBean(DataSource.class) : beans.getBean(name, DataSource.class));
    managers.forEach(transaction::watch);
    return new SpringOutbox(client, transaction);
  }
}
