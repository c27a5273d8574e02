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
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/**
 * Stores runs in the outbox table of the application's default database. A connection of Agroal
 * joins the transaction of the caller, so the run is committed with it.
 */
@Singleton
public class QuarkusOutbox implements OrreryOutbox {
  private final OrreryClientConfig config;
  private final Instance<OrreryClient> client;
  private final Instance<DataSource> database;
  private volatile OutboxRelay relay;

  QuarkusOutbox(
      OrreryClientConfig config, Instance<OrreryClient> client, Instance<DataSource> database) {
    this.config = config;
    this.client = client;
    this.database = database;
  }

  @Override
  public String run(Run run) {
    if (!config.outbox()) {
      throw new IllegalStateException(
          "Nothing submits runs of the outbox: set " + ClientProperties.PREFIX + ".outbox=true.");
    }
    try (Connection connection = database.get().getConnection()) {
      return new Outbox(client.get()).add(connection, run);
    } catch (SQLException e) {
      throw new IllegalStateException("Failed to store a run in the outbox: " + e.getMessage(), e);
    }
  }

  void start(@Observes StartupEvent event) {
    if (config.outbox()) {
      if (!database.isResolvable()) {
        throw new ConfigurationException(
            ClientProperties.PREFIX
                + ".outbox is true, and the application has no default data source."
                + " Add one, such as the extension quarkus-jdbc-postgresql.");
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
