package dev.orrery.scheduler.engine.agreement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.VersionRange;
import dev.orrery.protocol.agreement.SchedulerProtocols;
import dev.orrery.scheduler.base.database.DatabaseException;
import dev.orrery.scheduler.base.database.DatabaseFailures;
import dev.orrery.scheduler.base.lifecycle.ProgressWatch;
import dev.orrery.scheduler.base.lifecycle.StalledSeconds;
import dev.orrery.scheduler.base.time.SettableTicker;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Required protocols and reported stalls after successful and failed reads. */
class ProtocolRequirementTest {
  private static final Duration TEN_SECONDS = Duration.ofSeconds(10);

  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final SettableTicker ticker = new SettableTicker();
  private DatabaseException failure;
  private final ProtocolRequirement requirement =
      new ProtocolRequirement(
          new SchedulerProtocols(List.of(Protocol.HTTP), Protocol.HTTP, VersionRange.SUPPORTED),
          new MainProtocolStore(null) {
            @Override
            Required required(Duration window, String software) {
              if (failure != null) {
                throw failure;
              }
              return new Required(Protocol.AKKA, Set.of(Protocol.AKKA), Set.of(Protocol.HTTP), 3);
            }
          },
          () -> Duration.ofMinutes(5),
          TestSoftware.of("1"),
          new ProgressWatch(registry, ticker));

  @Test
  void keepsLastReadProtocolsDuringOutage() {
    requirement.everyTwoSeconds();
    failure = DatabaseFailures.outage();
    requirement.everyTwoSeconds();

    assertThat(requirement.main()).isEqualTo(Protocol.AKKA);
    assertThat(requirement.inUse()).containsExactly(Protocol.AKKA);
    assertThat(requirement.powerJobInUse()).containsExactly(Protocol.HTTP);
    assertThat(requirement.skewedSessions()).isEqualTo(3);
  }

  @Test
  void reportsStallAfterOneMinuteOfTemporaryFailures() {
    failure = DatabaseFailures.busy();
    for (int run = 0; run < 7; run++) {
      assertThat(stalledAfterARun()).isZero();
      ticker.advance(TEN_SECONDS);
    }

    assertThat(stalledAfterARun()).isEqualTo(10);
    failure = null;
    assertThat(stalledAfterARun()).isZero();
  }

  @Test
  void reportsStallAfterOneMinuteOfPermanentFailures() {
    failure = new DatabaseException(new SQLException("no such table", "42P01"));
    assertThatThrownBy(requirement::everyTwoSeconds).isSameAs(failure);
    assertThat(stalled()).isZero();

    ticker.advance(Duration.ofSeconds(70));
    assertThatThrownBy(requirement::everyTwoSeconds).isSameAs(failure);

    assertThat(stalled()).isEqualTo(10);
  }

  @Test
  void reportsNoStallWhileReadsSucceed() {
    assertThat(stalled()).isZero();
    for (int run = 0; run < 20; run++) {
      assertThat(stalledAfterARun()).isZero();
      ticker.advance(TEN_SECONDS);
    }
  }

  private double stalledAfterARun() {
    requirement.everyTwoSeconds();
    return stalled();
  }

  private double stalled() {
    return StalledSeconds.of(registry, "protocols");
  }
}
