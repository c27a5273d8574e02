package dev.orrery.scheduler.engine.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.engine.dispatch.ClaimCursor.Scan;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class LaneScanTest {
  @Test
  void scansHigherPrioritiesFirstAcrossLanes() {
    assertThat(order(0, lane(1, 5), lane(2, 0, 9))).containsExactly("9/2", "5/1", "0/2");
  }

  @Test
  void rotatesStartAmongLanesOfEqualPriority() {
    Lane[] lanes = {lane(1, 5), lane(2, 5), lane(3, 5)};

    assertThat(order(0, lanes)).containsExactly("5/1", "5/2", "5/3");
    assertThat(order(1, lanes)).containsExactly("5/2", "5/3", "5/1");
    assertThat(order(2, lanes)).containsExactly("5/3", "5/1", "5/2");
    assertThat(order(3, lanes)).containsExactly("5/1", "5/2", "5/3");
  }

  @Test
  void keepsPriorityOrderUnderRotation() {
    Lane[] lanes = {lane(1, 5), lane(2, 5, 1), lane(3, 9)};

    for (int rotation = 0; rotation < 6; rotation++) {
      assertThat(order(rotation, lanes)).startsWith("9/3").endsWith("1/2").hasSize(4);
    }
  }

  @Test
  void startsWithEachLaneOfEqualPriorityInTurn() {
    Lane[] lanes = {lane(1, 5), lane(2, 5), lane(3, 5), lane(4, 5)};
    Set<String> firsts = new TreeSet<>();

    for (int rotation = 0; rotation < lanes.length; rotation++) {
      firsts.add(order(rotation, lanes).get(0));
    }

    assertThat(firsts).containsExactly("5/1", "5/2", "5/3", "5/4");
  }

  @Test
  void toleratesRotationCounterOverflow() {
    Lane[] lanes = {lane(1, 5), lane(2, 5), lane(3, 5)};

    assertThat(order(Integer.MAX_VALUE, lanes)).hasSize(3);
    assertThat(order(Integer.MIN_VALUE, lanes)).hasSize(3);
  }

  @Test
  void scansEachLaneAndPriorityPairOnce() {
    assertThat(order(1, lane(1, 5, 9), lane(2, 5, 9), lane(3, 9)))
        .doesNotHaveDuplicates()
        .hasSize(5);
  }

  @Test
  void startsScanAtCursorOfPriority() {
    Lane lane = lane(1, 5, 9);
    QueuePosition reached = new QueuePosition(1_800_000_000_000_000L, 7);
    Scan full = lane.cursor(9).next(0);
    lane.cursor(9).advance(new ScanResult(new LaneScan(lane, 9, full), reached, true, 0, 0));

    assertThat(LaneScan.inOrder(List.of(lane), 0, 0))
        .extracting(scan -> scan.scan().from())
        .containsExactly(reached, QueuePosition.START);
  }

  private static Lane lane(int id, int... priorities) {
    Lane lane = new Lane(id, 1, "noop", List.of());
    for (int priority : priorities) {
      lane.addPriority(priority);
    }
    return lane;
  }

  /** Returns the scans as priority/lane. */
  private static List<String> order(int rotation, Lane... lanes) {
    return LaneScan.inOrder(List.of(lanes), rotation, 0).stream()
        .map(scan -> scan.priority() + "/" + scan.lane().id())
        .toList();
  }
}
