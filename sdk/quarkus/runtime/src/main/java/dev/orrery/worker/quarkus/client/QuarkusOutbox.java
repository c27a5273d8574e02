package dev.orrery.worker.quarkus.client;

import dev.orrery.client.OrreryClient;
import dev.orrery.client.Outbox;
import dev.orrery.client.OutboxRelay;
import dev.orrery.client.OutboxState;
import dev.orrery.client.Run;
import dev.orrery.worker.binding.client.ClientProperties;
import dev.orrery.worker.binding.client.OrreryOutbox;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Default;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.literal.NamedLiteral;
import jakarta.inject.Singleton;
import jakarta.transaction.Status;
import jakarta.transaction.SystemException;
import jakarta.transaction.TransactionManager;
import java.lang.annotation.Annotation;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * Stores runs in the outbox table of the application's database. A connection of Agroal joins the
 * active transaction of the caller, so the run is committed with it; others have no auto-commit
 * then.
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
      @Any Instance<DataSource> databases,
      Instance<TransactionManager> transactions) {
    this.config = config;
    this.client = client;
    database =
        databases.select(
            config
                .outboxDataSource()
                .<Annotation>map(NamedLiteral::of)
                .orElse(Default.Literal.INSTANCE));
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
              + " quarkus.datasource.%sjdbc.transactions=disabled, or call the outbox without a"
                  .formatted(config.outboxDataSource().map(name -> name + ".").orElse(""))
              + " transaction.");
    }
    return !over;
  }

  @Override
  public Optional<OutboxState> state() {
    return Optional.ofNullable(relay).map(OutboxRelay::state);
  }

  void start(@Observes StartupEvent event) {
    if (config.outbox()) {
      if (!database.isResolvable()) {
        throw new ConfigurationException(
            ClientProperties.PREFIX
                + ".outbox is true, and the application has no "
                + config
                    .outboxDataSource()
                    .map("data source '%s'."::formatted)
                    .orElse("default data source.")
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
