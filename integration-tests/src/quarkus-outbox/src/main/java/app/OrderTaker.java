package app;

import dev.orrery.client.Run;
import dev.orrery.worker.binding.client.OrreryOutbox;
import io.agroal.api.AgroalDataSource;
import io.quarkus.arc.Arc;
import io.quarkus.arc.ManagedContext;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Stores orders, each with its run, and rolls every third one back. */
@Singleton
class OrderTaker {
  @Inject OrreryOutbox outbox;
  @Inject AgroalDataSource database;

  @ConfigProperty(name = "first")
  int first;

  @ConfigProperty(name = "last")
  int last;

  void start(@Observes StartupEvent event) {
    new Thread(this::takeAll, "orders").start();
  }

  private void takeAll() {
    ManagedContext request = Arc.container().requestContext();
    request.activate();
    try {
      for (int order = first; order <= last; order++) {
        take(order);
      }
    } finally {
      request.terminate();
    }
  }

  private void take(int order) {
    QuarkusTransaction.begin();
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("insert into orders (number) values (" + order + ")");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    outbox.run(Run.of("invoice").parameter("order", Integer.toString(order)));
    if (order % 3 == 0) {
      QuarkusTransaction.rollback();
    } else {
      QuarkusTransaction.commit();
    }
  }
}
