package dev.orrery.scheduler.base.database;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * A test of a store, with a database that is empty at the start of each method. It needs no Quarkus
 * and runs beside tests of other kinds, but not beside another test of a store.
 */
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock("store database")
public abstract class StoreTest {
  /** The most rows that one deleting statement deletes. */
  protected static final int DELETE_STEP = 5000;

  protected StoreDatabase database;

  @BeforeEach
  final void openDatabase() {
    database = StoreDatabase.openEmpty();
  }

  @AfterEach
  final void closeDatabase() {
    database.close();
  }
}
