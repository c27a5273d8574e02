package app;

import dev.orrery.client.Run;
import dev.orrery.worker.binding.client.OrreryOutbox;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import java.util.Map;
import javax.sql.DataSource;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.orm.jpa.SharedEntityManagerCreator;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Stores orders, each with its run, and rolls every third one back. */
@Component
class OrderTaker implements ApplicationRunner {
  private final OrreryOutbox outbox;
  private final TransactionTemplate transaction;
  private final JdbcTemplate sql;
  private final EntityManager entities;
  private final boolean usesJpa;
  private final int first;
  private final int last;

  OrderTaker(
      OrreryOutbox outbox,
      Map<String, PlatformTransactionManager> managers,
      Map<String, DataSource> databases,
      EntityManagerFactory entities,
      @Value("${orders}") String kind,
      @Value("${first}") int first,
      @Value("${last}") int last) {
    this.outbox = outbox;
    this.transaction =
        new TransactionTemplate(
            managers.getOrDefault("manager", managers.values().iterator().next()));
    this.sql =
        new JdbcTemplate(
            databases.getOrDefault("shop", databases.values().iterator().next()));
    this.entities = SharedEntityManagerCreator.createSharedEntityManager(entities);
    this.usesJpa = kind.equals("jpa");
    this.first = first;
    this.last = last;
  }

  @Override
  public void run(ApplicationArguments arguments) {
    for (int order = first; order <= last; order++) {
      take(order);
    }
  }

  private void take(int order) {
    transaction.executeWithoutResult(
        status -> {
          String insert = "insert into orders (number) values (" + order + ")";
          if (usesJpa) {
            entities.createNativeQuery(insert).executeUpdate();
          } else {
            sql.execute(insert);
          }
          outbox.run(Run.of("invoice").parameter("order", Integer.toString(order)));
          if (order % 3 == 0) {
            status.setRollbackOnly();
          }
        });
  }
}
