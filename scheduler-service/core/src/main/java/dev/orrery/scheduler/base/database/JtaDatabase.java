package dev.orrery.scheduler.base.database;

import io.agroal.api.AgroalDataSource;
import jakarta.enterprise.context.ApplicationScoped;

/** Runs plain statements on the pool that Hibernate uses, inside the transaction of the caller. */
@ApplicationScoped
public class JtaDatabase {
  private final AgroalDataSource pool;

  JtaDatabase(AgroalDataSource pool) {
    this.pool = pool;
  }

  /**
   * Runs the work on the connection of the current JTA transaction.
   *
   * @throws DatabaseException if a statement failed
   */
  public <T> T inCurrentTransaction(SqlWork<T> work) {
    return work.runOn(pool);
  }
}
