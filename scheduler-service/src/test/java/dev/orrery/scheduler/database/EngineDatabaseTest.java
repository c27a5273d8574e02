package dev.orrery.scheduler.database;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class EngineDatabaseTest {
  private final SchemaState schema = new SchemaState();
  private final EngineDatabase database = new EngineDatabase(null, schema);

  @Test
  void nothingIsDoneBeforeTheSchemaWasChecked() {
    requireRefusal();
  }

  @Test
  void nothingIsDoneOnTheSchemaOfANewerRelease() {
    schema.found("5", Optional.of("6"));

    requireRefusal();
  }

  /** As in an outage, so that what is done again and again is put off. */
  private void requireRefusal() {
    assertThatThrownBy(() -> database.autocommit(connection -> fail("a statement")))
        .isInstanceOf(DatabaseException.class)
        .extracting(refused -> ((DatabaseException) refused).isOutage())
        .isEqualTo(true);
  }
}
