package dev.orrery.scheduler.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.quota.QuotaMetrics;
import io.agroal.api.AgroalDataSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.SQLException;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandShareTest {
  private final AtomicLong clock = new AtomicLong();
  private int app = 1;
  private int othersBegin;

  @ParameterizedTest
  @CsvSource({"8, 2, 4", "4, 1, 2", "2, 1, 1", "1, 1, 1"})
  void commandsUseHalfOfThePoolAndAnAppHalfOfThese(int connections, int ofAnApp, int ofAll)
      throws SQLException {
    try (AgroalDataSource pool = IdlePool.ofAtMost(connections)) {
      // The wait for a place is over at once: an hour passes whenever the clock is read.
      CommandShare share =
          new CommandShare(
              pool,
              this::caller,
              () -> clock.addAndGet(Duration.ofHours(1).toNanos()),
              new QuotaMetrics(new SimpleMeterRegistry()));

      assertThat(held(share)).as("by one app").isEqualTo(ofAnApp);
      othersBegin = 1;
      assertThat(held(share)).as("by several apps").isEqualTo(ofAll);
    }
  }

  private OptionalInt caller() {
    app += othersBegin;
    return OptionalInt.of(app);
  }

  /** The number of commands, one within the other, that have a place at the same time. */
  private static int held(CommandShare share) {
    try {
      return share.run(() -> 1 + held(share));
    } catch (ConnectionsInUseException e) {
      return 0;
    }
  }
}
