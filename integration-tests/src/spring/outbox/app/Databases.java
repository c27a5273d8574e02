package app;

import com.zaxxer.hikari.HikariDataSource;
import javax.sql.DataSource;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;

/** What Boot does not make by itself: JPA, with one data source, needs none of these. */
@Configuration
class Databases {

  @Bean
  @ConditionalOnProperty(name = "orders", havingValue = "jdbc")
  PlatformTransactionManager manager(DataSource database) {
    return new DataSourceTransactionManager(database);
  }

  /** Two pools of one database, of which the outbox is in that which is not the primary one. */
  @Configuration
  @ConditionalOnProperty(name = "orders", havingValue = "two")
  static class Two {

    @Bean
    @Primary
    DataSource archive(Environment settings) {
      return pool(settings);
    }

    @Bean
    DataSource shop(Environment settings) {
      return pool(settings);
    }

    @Bean
    @Primary
    PlatformTransactionManager archiveManager(DataSource archive) {
      return new DataSourceTransactionManager(archive);
    }

    @Bean
    PlatformTransactionManager manager(Environment settings) {
      return new DataSourceTransactionManager(shop(settings));
    }

    private static DataSource pool(Environment settings) {
      HikariDataSource pool = new HikariDataSource();
      pool.setJdbcUrl(settings.getProperty("spring.datasource.url"));
      pool.setUsername(settings.getProperty("spring.datasource.username"));
      pool.setPassword(settings.getProperty("spring.datasource.password"));
      pool.setAutoCommit(false);
      pool.setMaximumPoolSize(2);
      return pool;
    }
  }
}
