package dev.orrery.scheduler.engine.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.scheduler.engine.dispatch.ClaimCursor.Scan;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ScanResultTest {
  private static final long DUE = 1_800_000_000_000_000L;
  private static final long SLACK = 200_000;
  private static final Duration LATE = Duration.ofHours(1);

  private final LaneScan first = scan(1, 9);
  private final LaneScan second = scan(2, 9);
  private final LaneScan third = scan(1, 5);
  private final List<LaneScan> scans = List.of(first, second, third);

  @Test
  void excludesScansBehindLastClaimedRow() {
    List<ScanResult> results = ScanResult.of(scans, List.of(row(2, 9, 7)), false, 0, 0);

    assertThat(results).extracting(ScanResult::scan).containsExactly(first, second);
  }

  @Test
  void marksOnlyLastScanOfFullClaimIncomplete() {
    List<ScanResult> results =
        ScanResult.of(scans, List.of(row(1, 9, 7), row(1, 5, 8)), false, 0, 0);

    assertThat(results).extracting(ScanResult::complete).containsExactly(true, true, false);
  }

  @Test
  void marksAllScansCompleteWhenClaimExhaustsReadyRows() {
    List<ScanResult> results = ScanResult.of(scans, List.of(row(1, 9, 7)), true, 0, 0);

    assertThat(results).extracting(ScanResult::scan).isEqualTo(scans);
    assertThat(results).extracting(ScanResult::complete).containsOnly(true);
  }

  @Test
  void reportsNoReachedPositionsWhenClaimFindsNoRows() {
    assertThat(ScanResult.of(scans, List.of(), true, 0, 0))
        .hasSize(3)
        .extracting(ScanResult::reached)
        .containsOnlyNulls();
  }

  @Test
  void returnsNoResultsWhenClaimStopsBeforeFirstRow() {
    assertThat(ScanResult.of(scans, List.of(), false, 0, 0)).isEmpty();
  }

  @Test
  void reportsLastRowOfEachScanInAnyRowOrder() {
    List<ClaimedInstance> rows = List.of(row(1, 5, 4), row(1, 9, 8), row(1, 9, 3), row(1, 5, 6));

    assertThat(ScanResult.of(scans, rows, false, 0, 0))
        .extracting(ScanResult::reached)
        .containsExactly(position(8), null, position(6));
  }

  @Test
  void excludesPossiblyUncommittedRowsFromReachedPosition() {
    ClaimedInstance dueNow = row(1, 9, 7, DUE, Duration.ZERO);

    assertThat(ScanResult.of(List.of(first), List.of(dueNow), false, 0, 0))
        .extracting(ScanResult::reached)
        .containsExactly(new QueuePosition(DUE - SLACK, 0));
  }

  @Test
  void usesEarliestClockOfRowsAsClaimTime() {
    // Lateness is rounded to milliseconds, so rows of one claim show clocks that differ a little.
    List<ClaimedInstance> rows =
        List.of(row(1, 9, 7, DUE, Duration.ofMillis(1)), row(1, 9, 8, DUE, Duration.ZERO));

    assertThat(ScanResult.of(List.of(first), rows, false, 0, 0))
        .extracting(ScanResult::reached)
        .containsExactly(new QueuePosition(DUE - SLACK, 0));
  }

  @Test
  void recordsEndTimeAndDurationOfClaim() {
    assertThat(ScanResult.of(scans, List.of(), true, 17, 4))
        .allSatisfy(
            result -> {
              assertThat(result.endedNanos()).isEqualTo(17);
              assertThat(result.tookNanos()).isEqualTo(4);
            });
  }

  private static QueuePosition position(long id) {
    return new QueuePosition(DUE, id);
  }

  private static LaneScan scan(int lane, int priority) {
    return new LaneScan(
        new Lane(lane, 1, "noop", List.of()), priority, new Scan(QueuePosition.START, 1));
  }

  private static ClaimedInstance row(int lane, int priority, long id) {
    return row(lane, priority, id, DUE, LATE);
  }

  private static ClaimedInstance row(
      int lane, int priority, long id, long dueMicros, Duration lateness) {
    return new ClaimedInstance(
        new AttemptRef(id, 1),
        lane,
        priority,
        dueMicros,
        UUID.randomUUID(),
        Fixtures.VERSION,
        true,
        null,
        null,
        null,
        lateness);
  }
}
