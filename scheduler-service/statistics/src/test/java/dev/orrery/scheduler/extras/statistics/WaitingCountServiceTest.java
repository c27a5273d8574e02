package dev.orrery.scheduler.extras.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.extras.statistics.WaitingCountsView.Oldest;
import dev.orrery.scheduler.extras.statistics.WaitingCountsView.Reason;
import dev.orrery.scheduler.extras.statistics.WaitingGroup.Kind;
import dev.orrery.scheduler.model.instance.InstanceState;
import dev.orrery.scheduler.model.instance.WaitingFor;
import dev.orrery.scheduler.model.instance.WaitingReasonStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WaitingCountServiceTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final Kind READY = new Kind(InstanceState.READY, false, false, null);
  private static final Kind SCHEDULED = new Kind(InstanceState.SCHEDULED, false, false, null);

  @Test
  void sumsWaitingInstancesOfLanesWithSameReason() {
    WaitingCountsView view =
        WaitingCountService.view(
            NOON,
            List.of(
                new WaitingGroup(SCHEDULED, 0, 5, false, 1, "one", NOON),
                new WaitingGroup(READY, 7, 3, false, 2, "two", NOON),
                new WaitingGroup(READY, 8, 4, true, 3, "three", NOON.minusSeconds(1)),
                new WaitingGroup(READY, 9, 1, false, 4, "four", NOON)),
            Map.of(7, WaitingFor.CAPACITY, 8, WaitingFor.CAPACITY, 9, WaitingFor.NO_WORKER));

    assertThat(view.items())
        .containsExactly(
            new Reason(
                WaitingFor.CAPACITY, 7, true, new Oldest("3", "three", NOON.minusSeconds(1))),
            new Reason(WaitingFor.DUE_TIME, 5, false, new Oldest("1", "one", NOON)),
            new Reason(WaitingFor.NO_WORKER, 1, false, new Oldest("4", "four", NOON)));
    assertThat(view.total()).isEqualTo(13);
    assertThat(view.estimated()).isTrue();
  }

  @Test
  void comparesOnlyLargestLanesWithWorkers() {
    List<WaitingGroup> groups = new ArrayList<>();
    for (int lane = 1; lane <= WaitingReasonStore.MAX_LANES + 1; lane++) {
      groups.add(new WaitingGroup(READY, lane, lane == 5 ? 1 : 2, false, lane, "job", NOON));
    }
    groups.add(new WaitingGroup(SCHEDULED, 0, 9, false, 1, "job", NOON));

    assertThat(WaitingCountService.largestLanes(groups))
        .hasSize(WaitingReasonStore.MAX_LANES)
        .doesNotContain(0, 5);
  }

  @Test
  void assignsUnexaminedLanesToMostFrequentReason() {
    WaitingCountsView view =
        WaitingCountService.view(
            NOON,
            List.of(
                new WaitingGroup(READY, 7, 9, false, 2, "two", NOON),
                new WaitingGroup(READY, 8, 4, false, 3, "three", NOON),
                new WaitingGroup(READY, 9, 1, false, 4, "four", NOON.plusSeconds(1))),
            Map.of(7, WaitingFor.CAPACITY, 8, WaitingFor.NO_WORKER));

    assertThat(view.items())
        .containsExactly(
            new Reason(WaitingFor.CAPACITY, 10, true, new Oldest("2", "two", NOON)),
            new Reason(WaitingFor.NO_WORKER, 4, false, new Oldest("3", "three", NOON)));
    assertThat(view.estimated()).isTrue();
  }
}
