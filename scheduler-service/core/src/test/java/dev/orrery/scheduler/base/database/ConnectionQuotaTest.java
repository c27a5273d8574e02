package dev.orrery.scheduler.base.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.testkit.TestMetrics;
import io.agroal.api.AgroalDataSource;
import java.sql.SQLException;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConnectionQuotaTest {
  private final AtomicLong clock = new AtomicLong();
  private int app = 1;

  @ParameterizedTest
  @CsvSource({"8, 2, 8", "4, 1, 4", "2, 1, 2"})
  void limitsAppToQuarterOfEditConnections(int connections, int ofAnApp, int ofAll)
      throws SQLException {
    requirePlaces(connections, ConnectionQuota::edits, ofAnApp, ofAll);
  }

  @ParameterizedTest
  @CsvSource({"8, 2, 4", "4, 1, 2", "2, 1, 1", "1, 1, 1"})
  void limitsCommandsToHalfOfPoolAndEachAppToQuarter(int connections, int ofAnApp, int ofAll)
      throws SQLException {
    requirePlaces(connections, ConnectionQuota::commands, ofAnApp, ofAll);
  }

  @ParameterizedTest
  @CsvSource({"8, 4, 8", "4, 2, 4", "2, 1, 2", "1, 1, 1"})
  void limitsAppToHalfOfReadConnections(int connections, int ofAnApp, int ofAll)
      throws SQLException {
    requirePlaces(connections, ConnectionQuota::reads, ofAnApp, ofAll);
  }

  private void requirePlaces(
      int connections,
      Function<ConnectionQuota, FairConnectionLimiter> kind,
      int ofAnApp,
      int ofAll)
      throws SQLException {
    try (AgroalDataSource pool = IdlePool.ofAtMost(connections)) {
      // The wait for a place is over at once: an hour passes whenever the clock is read.
      ConnectionQuota quota =
          new ConnectionQuota(
              pool,
              pool,
              pool,
              () -> clock.addAndGet(Duration.ofHours(1).toNanos()),
              TestMetrics.quotas());
      FairConnectionLimiter limiter = kind.apply(quota);

      assertThat(held(limiter, 0)).as("by one app").isEqualTo(ofAnApp);
      assertThat(held(limiter, 1)).as("by several apps").isEqualTo(ofAll);
      assertThat(held(limiter, 0)).as("by one app, after all left").isEqualTo(ofAnApp);
    }
  }

  /** Returns the number of calls, one within the other, that have a place at the same time. */
  private int held(FairConnectionLimiter limiter, int step) {
    app += step;
    try {
      return limiter.run(OptionalInt.of(app), () -> 1 + held(limiter, step));
    } catch (ConnectionsInUseException e) {
      return 0;
    }
  }
}
