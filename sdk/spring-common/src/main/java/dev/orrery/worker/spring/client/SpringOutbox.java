package dev.orrery.worker.spring.client;

import dev.orrery.client.OrreryClient;
import dev.orrery.client.Outbox;
import dev.orrery.client.OutboxRelay;
import dev.orrery.client.OutboxState;
import dev.orrery.client.Run;
import dev.orrery.worker.binding.client.OrreryOutbox;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.context.SmartLifecycle;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Stores runs in the outbox table of the application's database, and submits them while the context
 * is running.
 */
final class SpringOutbox implements OrreryOutbox, SmartLifecycle {
  private final Outbox outbox;
  private final OrreryClient client;
  private final CallerTransaction transaction;
  private final DataSource database;
  private volatile OutboxRelay relay;

  SpringOutbox(OrreryClient client, CallerTransaction transaction) {
    this.outbox = new Outbox(client);
    this.client = client;
    this.transaction = transaction;
    this.database = transaction.database();
  }

  @Override
  public String run(Run run) {
    boolean joins = transaction.includesDatabase();
    Connection connection = DataSourceUtils.getConnection(database);
    try {
      String key = outbox.add(connection, run);
      if (joins) {
        wakeAfterCommit();
      } else {
        // Of a pool without auto-commit, which otherwise rolls the run back.
        if (!connection.getAutoCommit()) {
          connection.commit();
        }
        wake();
      }
      return key;
    } catch (SQLException e) {
      throw new IllegalStateException("Failed to store a run in the outbox: " + e.getMessage(), e);
    } finally {
      DataSourceUtils.releaseConnection(connection, database);
    }
  }

  @Override
  public Optional<OutboxState> state() {
    return Optional.ofNullable(relay).map(OutboxRelay::state);
  }

  private void wakeAfterCommit() {
    if (TransactionSynchronizationManager.isSynchronizationActive()) {
      TransactionSynchronizationManager.registerSynchronization(
          new TransactionSynchronization() {
            @Override
            public void afterCommit() {
              wake();
            }
          });
    } else {
      wake();
    }
  }

  private void wake() {
    OutboxRelay running = relay;
    if (running != null) {
      running.wake();
    }
  }

  @Override
  public void start() {
    relay = OutboxRelay.start(client, database);
  }

  @Override
  public void stop() {
    OutboxRelay running = relay;
    relay = null;
    if (running != null) {
      running.close();
    }
  }

  @Override
  public boolean isRunning() {
    return relay != null;
  }
}
