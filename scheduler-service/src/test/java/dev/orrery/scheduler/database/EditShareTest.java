package dev.orrery.scheduler.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.scheduler.quota.QuotaMetrics;
import dev.orrery.scheduler.time.Ticker;
import io.agroal.api.AgroalDataSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EditShareTest {
  private static final int APP = 7;
  private static final int OTHER_APP = 8;

  @ParameterizedTest
  @CsvSource({"8, 2", "4, 1", "2, 1"})
  void appHasAQuarterOfTheConnections(int connections, int ofAnApp) throws SQLException {
    AtomicLong clock = new AtomicLong();
    try (AgroalDataSource pool = IdlePool.ofAtMost(connections)) {
      // The wait for a place is over at once: an hour passes whenever the clock is read.
      EditShare share =
          new EditShare(
              pool,
              new DatabaseReachability(),
              () -> clock.addAndGet(Duration.ofHours(1).toNanos()),
              new QuotaMetrics(new SimpleMeterRegistry()));
      for (int i = 0; i < ofAnApp; i++) {
        share.enter(APP);
      }

      assertThatThrownBy(() -> share.enter(APP)).isInstanceOf(ConnectionsInUseException.class);
      share.enter(OTHER_APP);
    }
  }

  @Test
  void editThatGetsItsPlaceDuringAnOutageIsRefusedAndLeavesItsPlace() throws SQLException {
    DatabaseReachability reachability = new DatabaseReachability();
    try (AgroalDataSource pool = IdlePool.ofAtMost(2)) {
      EditShare share =
          new EditShare(
              pool, reachability, Ticker.SYSTEM, new QuotaMetrics(new SimpleMeterRegistry()));
      reachability.lost(OutageCause.HANGING);

      assertThatThrownBy(() -> share.enter(APP))
          .isInstanceOf(DatabaseException.class)
          .hasMessageContaining("no statement sent");

      reachability.reached();
      assertThat(CompletableFuture.runAsync(() -> share.enter(APP)))
          .succeedsWithin(Duration.ofSeconds(5));
    }
  }
}
