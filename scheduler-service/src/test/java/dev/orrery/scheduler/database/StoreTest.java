package dev.orrery.scheduler.database;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A test of a store, with a database of its own that is empty at the start of each method. */
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
