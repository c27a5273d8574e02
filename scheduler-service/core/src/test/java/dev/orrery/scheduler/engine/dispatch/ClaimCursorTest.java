package dev.orrery.scheduler.engine.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.engine.dispatch.ClaimCursor.Scan;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClaimCursorTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long SLACK = 200_000;
  private static final QueuePosition FIRST = new QueuePosition(1_800_000_000_000_000L, 7);

  private final ClaimCursor cursor = new ClaimCursor();
  private long now = 17;
  private long clock = FIRST.dueMicros() + 60 * SLACK;

  @BeforeEach
  void scanFully() {
    assertThat(from()).isEqualTo(QueuePosition.START);
    scan(FIRST, false, 0);
  }

  private void scan(QueuePosition last, boolean complete, long duration) {
    Scan scan = cursor.next(now);
    now += duration;
    advance(scan, last, complete, duration);
  }

  private void advance(Scan scan, QueuePosition last, boolean complete, long duration) {
    QueuePosition reached = last == null ? null : QueuePosition.reached(last, clock);
    cursor.advance(new ScanResult(new LaneScan(null, 5, scan), reached, complete, now, duration));
  }

  private QueuePosition from() {
    return cursor.next(now).from();
  }

  private static QueuePosition after(long micros) {
    return new QueuePosition(FIRST.dueMicros() + micros, 3);
  }

  @Test
  void startsNextScanAtLastClaimedRow() {
    assertThat(from()).isEqualTo(FIRST);

    scan(after(5), false, 0);

    assertThat(from()).isEqualTo(after(5));
  }

  @Test
  void ordersRowsWithEqualDueTimeById() {
    QueuePosition next = new QueuePosition(FIRST.dueMicros(), FIRST.id() + 1);

    scan(next, false, 0);

    assertThat(from()).isEqualTo(next);
  }

  @Test
  void includesPossiblyUncommittedRowsInNextScan() {
    scan(new QueuePosition(clock - SLACK / 2, 9), true, 0);

    assertThat(from()).isEqualTo(new QueuePosition(clock - SLACK, 0));
  }

  @Test
  void keepsScanPositionAfterLateRowOrEmptyResult() {
    scan(after(-5), true, 0);
    scan(null, true, 0);

    assertThat(from()).isEqualTo(FIRST);
  }

  @Test
  void performsFullScanEachSecond() {
    now += SECOND - 1;
    assertThat(from()).isEqualTo(FIRST);
    now += 1;
    assertThat(from()).isEqualTo(QueuePosition.START);

    scan(null, true, 0);

    assertThat(from()).isEqualTo(FIRST);
  }

  @Test
  void performsSecondFullScanAfterRewindDuringScan() {
    cursor.rewind();
    Scan scan = cursor.next(now);
    assertThat(scan.from()).isEqualTo(QueuePosition.START);
    cursor.rewind();
    advance(scan, null, true, 0);

    assertThat(from()).isEqualTo(QueuePosition.START);
  }

  @Test
  void movesScanPositionBackAfterIncompleteFullScan() {
    cursor.rewind();
    scan(after(-50 * SLACK), false, 0);
    assertThat(from()).isEqualTo(after(-50 * SLACK));
  }

  @Test
  void keepsScanPositionAfterCompleteFullScan() {
    cursor.rewind();
    scan(after(-50 * SLACK), true, 0);
    assertThat(from()).isEqualTo(FIRST);
  }

  @Test
  void performsCheapFullScanAfterEachRewind() {
    for (int i = 0; i < 3; i++) {
      cursor.rewind();
      assertThat(from()).isEqualTo(QueuePosition.START);
      scan(null, true, SECOND / 20);
      assertThat(from()).isEqualTo(FIRST);
    }
  }

  @Test
  void throttlesExpensiveFullScans() {
    cursor.rewind();
    scan(null, true, SECOND);
    cursor.rewind();

    now += 10 * (SECOND - SECOND / 20) - 1;
    assertThat(from()).isEqualTo(FIRST);
    now += 1;
    assertThat(from()).isEqualTo(QueuePosition.START);
  }
}
