package dev.orrery.scheduler.instance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.instance.WaitingCountsView.Oldest;
import dev.orrery.scheduler.instance.WaitingCountsView.Reason;
import dev.orrery.scheduler.instance.WaitingGroup.Kind;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WaitingCountServiceTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final Kind READY = new Kind(InstanceState.READY, false, false, false);
  private static final Kind SCHEDULED = new Kind(InstanceState.SCHEDULED, false, false, false);

  @Test
  void lanesWithTheSameReasonAreAddedUp() {
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
}
