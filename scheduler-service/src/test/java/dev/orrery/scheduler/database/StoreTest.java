package dev.orrery.scheduler.database;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A test of a store, with a database of its own that is empty at the start of each method. */
public abstract class StoreTest {
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
