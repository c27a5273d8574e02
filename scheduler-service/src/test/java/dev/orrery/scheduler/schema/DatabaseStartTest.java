package dev.orrery.scheduler.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.protocol.startup.StartupException;
import dev.orrery.scheduler.database.DatabaseException;
import dev.orrery.scheduler.database.DatabaseFailures;
import dev.orrery.scheduler.testkit.CapturedLog;
import dev.orrery.scheduler.time.SettableTicker;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SchemaMigrationTest {
  private final SettableTicker ticker = new SettableTicker();
  private final AtomicInteger tries = new AtomicInteger();

  @Test
  void retriesLockedMigrationStepAfterPause() {
    try (CapturedLog log = CapturedLog.of(SchemaMigration.class)) {
      migration(new IllegalStateException(DatabaseFailures.busy()), 3).run();

      assertThat(tries).hasValue(3);
      assertThat(log.lines())
          .singleElement()
          .asString()
          .startsWith("WARN Migration is blocked by a lock of another transaction")
          .contains("every 3 s for 4 min");
    }
  }

  @Test
  void stopsStartupWithInstructionsWhenLockPersists() {
    SchemaMigration migration = migration(DatabaseFailures.busy(), Integer.MAX_VALUE);

    assertThatThrownBy(migration::run)
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("4 minutes")
        .hasMessageContaining("backup");
    assertThat(tries).hasValue(81);
  }

  /** A long step counts for nothing, though it took longer than the wait for a lock may take. */
  @Test
  void measuresLockTimeoutFromFirstBlockedStep() {
    SchemaMigration migration =
        new SchemaMigration(
            () -> {
              if (tries.incrementAndGet() == 1) {
                ticker.advance(Duration.ofMinutes(10));
                throw DatabaseFailures.busy();
              }
            },
            ticker,
            ticker::advance);

    migration.run();

    assertThat(tries).hasValue(2);
  }

  @Test
  void stopsStartupImmediatelyOnNonLockFailure() {
    SchemaMigration migration = migration(DatabaseFailures.outage(), 2);

    assertThatThrownBy(migration::run).isInstanceOf(DatabaseException.class);
    assertThat(tries).hasValue(1);
  }

  /** Succeeds at this try. */
  private SchemaMigration migration(RuntimeException failure, int successAt) {
    return new SchemaMigration(
        () -> {
          if (tries.incrementAndGet() < successAt) {
            throw failure;
          }
        },
        ticker,
        ticker::advance);
  }
}
