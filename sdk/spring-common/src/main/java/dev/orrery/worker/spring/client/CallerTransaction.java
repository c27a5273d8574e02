package dev.orrery.worker.spring.client;

import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.JdbcTransactionObjectSupport;
import org.springframework.transaction.ConfigurableTransactionManager;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionExecution;
import org.springframework.transaction.TransactionExecutionListener;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** Finds out whether the transaction of the caller will commit what one data source stores. */
final class CallerTransaction {
  private static final DefaultTransactionDefinition EXISTING =
      new DefaultTransactionDefinition(TransactionDefinition.PROPAGATION_MANDATORY);

  private final DataSourceTransactionManager probe;

  /** Of transactions that are over, or about to be, while their callbacks may still run. */
  private final Set<ConnectionHolder> ended =
      Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

  CallerTransaction(DataSource database) {
    probe = new DataSourceTransactionManager(database);
    probe.setTransactionSynchronization(DataSourceTransactionManager.SYNCHRONIZATION_NEVER);
  }

  /** Notices when a transaction of this manager ends, before its callbacks are called. */
  void watch(ConfigurableTransactionManager manager) {
    manager.addListener(
        new TransactionExecutionListener() {
          @Override
          public void beforeCommit(TransactionExecution transaction) {
            end(transaction);
          }

          @Override
          public void beforeRollback(TransactionExecution transaction) {
            end(transaction);
          }
        });
  }

  private void end(TransactionExecution transaction) {
    if (transaction.isNewTransaction()
        && transaction instanceof DefaultTransactionStatus status
        && status.getTransaction() instanceof JdbcTransactionObjectSupport jdbc
        && jdbc.hasConnectionHolder()) {
      ended.add(jdbc.getConnectionHolder());
    }
  }

  DataSource database() {
    return probe.getDataSource();
  }

  /**
   * Returns false if there is no transaction, or only one that is over, as in a listener after the
   * commit.
   *
   * @throws IllegalStateException if there is one that does not include the data source
   */
  boolean includesDatabase() {
    boolean active = TransactionSynchronizationManager.isActualTransactionActive();
    var holder = (ConnectionHolder) TransactionSynchronizationManager.getResource(database());
    if (ended.contains(holder)
        || (active && !TransactionSynchronizationManager.isSynchronizationActive())) {
      return false;
    }
    if (holder != null && isTransactional(holder)) {
      return true;
    }
    if (active) {
      throw new IllegalStateException(
          "The transaction of the caller is not one of the outbox's data source, which would store"
              + " the run whether it commits or not; nothing was stored. Call the outbox in a"
              + " transaction of its data source, or without one, or set"
              + " orrery.client.outbox-data-source to that of the caller.");
    }
    return false;
  }

  /** JPA exposes a connection without saying more; others also bind those of no transaction. */
  private boolean isTransactional(ConnectionHolder holder) {
    if (!holder.isSynchronizedWithTransaction()) {
      return true;
    }
    try {
      probe.getTransaction(EXISTING);
      return true;
    } catch (IllegalTransactionStateException e) {
      return false;
    }
  }
}
