package dev.orrery.worker.quarkus.client;

import dev.orrery.client.OrreryClient;
import dev.orrery.client.Outbox;
import dev.orrery.client.OutboxRelay;
import dev.orrery.client.Run;
import dev.orrery.worker.binding.client.ClientProperties;
import dev.orrery.worker.binding.client.OrreryOutbox;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import jakarta.transaction.Status;
import jakarta.transaction.SystemException;
import jakarta.transaction.TransactionManager;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/**
 * Stores runs in the outbox table of the application's default database. A connection of Agroal
 * joins the active transaction of the caller, so the run is committed with it; others have no
 * auto-commit then.
 */
@Singleton
public class QuarkusOutbox implements OrreryOutbox {
  private final OrreryClientConfig config;
  private final Instance<OrreryClient> client;
  private final Instance<DataSource> database;
  private final Instance<TransactionManager> transactions;
  private volatile OutboxRelay relay;

  QuarkusOutbox(
      OrreryClientConfig config,
      Instance<OrreryClient> client,
      Instance<DataSource> database,
      Instance<TransactionManager> transactions) {
    this.config = config;
    this.client = client;
    this.database = database;
    this.transactions = transactions;
  }

  @Override
  public String run(Run run) {
    if (!config.outbox()) {
      throw new IllegalStateException(
          "Nothing submits runs of the outbox: set " + ClientProperties.PREFIX + ".outbox=true.");
    }
    try (Connection connection = database.get().getConnection()) {
      boolean joins = joins(connection);
      String key = new Outbox(client.get()).add(connection, run);
      if (!joins && !connection.getAutoCommit()) {
        connection.commit();
      }
      return key;
    } catch (SQLException | SystemException e) {
      throw new IllegalStateException("Failed to store a run in the outbox: " + e.getMessage(), e);
    }
  }

  /** Returns false if there is no transaction, or only one that is over. */
  private boolean joins(Connection connection) throws SQLException, SystemException {
    int status =
        transactions.isResolvable() ? transactions.get().getStatus() : Status.STATUS_NO_TRANSACTION;
    boolean over =
        status == Status.STATUS_NO_TRANSACTION
            || status == Status.STATUS_COMMITTED
            || status == Status.STATUS_ROLLEDBACK;
    if (!over && connection.getAutoCommit()) {
      throw new IllegalStateException(
          "The data source of the outbox takes no part in the transaction of the caller, and would"
              + " store the run whether it commits or not; nothing was stored. Remove"
              + " quarkus.datasource.jdbc.transactions=disabled, or call the outbox without a"
              + " transaction.");
    }
    return !over;
  }

  void start(@Observes StartupEvent event) {
    if (config.outbox()) {
      if (!database.isResolvable()) {
        throw new ConfigurationException(
            ClientProperties.PREFIX
                + ".outbox is true, and the application has no default data source."
                + " Add one, such as the extensions quarkus-agroal and quarkus-jdbc-postgresql.");
      }
      relay = OutboxRelay.start(client.get(), database.get());
    }
  }

  void stop(@Observes ShutdownEvent event) {
    OutboxRelay running = relay;
    if (running != null) {
      running.close();
    }
  }
}
