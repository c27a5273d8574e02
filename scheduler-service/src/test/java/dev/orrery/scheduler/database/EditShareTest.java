package dev.orrery.scheduler.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.scheduler.share.ShareMetrics;
import dev.orrery.scheduler.time.Ticker;
import io.agroal.api.AgroalDataSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class EditShareTest {
  private static final int APP = 7;

  @Test
  void editThatGetsItsPlaceDuringAnOutageIsRefusedAndLeavesItsPlace() throws SQLException {
    DatabaseReachability reachability = new DatabaseReachability();
    try (AgroalDataSource pool = IdlePool.ofAtMost(2)) {
      EditShare share =
          new EditShare(
              pool, reachability, Ticker.SYSTEM, new ShareMetrics(new SimpleMeterRegistry()));
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
