package dev.orrery.scheduler.extras.notification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.base.database.DatabaseException;
import dev.orrery.scheduler.base.database.DatabaseFailures;
import dev.orrery.scheduler.base.lifecycle.ProgressWatch;
import dev.orrery.scheduler.base.lifecycle.StalledSeconds;
import dev.orrery.scheduler.base.time.SettableTicker;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.SQLException;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Stalls that the loop reports after failed and successful queries. */
class NotificationLoopTest {
  private static final Duration TEN_SECONDS = Duration.ofSeconds(10);

  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final SettableTicker ticker = new SettableTicker();
  private DatabaseException failure;
  private final NotificationLoop loop =
      new NotificationLoop(
          new PendingWorkStore(null) {
            @Override
            PendingWork query() {
              if (failure != null) {
                throw failure;
              }
              return new PendingWork(false, false, false, false, false, false);
            }
          },
          null,
          null,
          null,
          null,
          new DefaultNotificationConfig(),
          new ProgressWatch(registry, ticker),
          ticker);

  static Stream<DatabaseException> failures() {
    return Stream.of(
        DatabaseFailures.busy(), new DatabaseException(new SQLException("no such table", "42P01")));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void reportsStallAfterOneMinuteOfFailures(DatabaseException reason) {
    failure = reason;
    for (int run = 0; run < 7; run++) {
      assertThat(stalledAfterARun()).isZero();
      ticker.advance(TEN_SECONDS);
    }

    assertThat(stalledAfterARun()).isEqualTo(10);
    failure = null;
    assertThat(stalledAfterARun()).isZero();
  }

  @Test
  void reportsNoStallWhileLoopSucceeds() {
    assertThat(stalled()).isZero();
    for (int run = 0; run < 20; run++) {
      assertThat(stalledAfterARun()).isZero();
      ticker.advance(TEN_SECONDS);
    }
  }

  private double stalledAfterARun() {
    loop.everySecond();
    return stalled();
  }

  private double stalled() {
    return StalledSeconds.of(registry, "notifications");
  }
}
