package dev.orrery.scheduler.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.worker.Session.Skills;
import java.util.List;
import org.junit.jupiter.api.Test;

class LaneRegistryTest {
  private final FakeLaneStore store = new FakeLaneStore();
  private final LaneRegistry lanes = new LaneRegistry(store);

  @Test
  void laneIsBelievedToHaveWorkUntilAClaimFindsNone() {
    Lane lane = new Lane(1, 1, "noop", List.of());
    assertThat(lane.mayBeReady()).isTrue();

    lane.foundEmpty(lane.hints());
    assertThat(lane.mayBeReady()).isFalse();
    lane.hint();

    assertThat(lane.mayBeReady()).isTrue();
  }

  @Test
  void hintThatComesDuringAClaimIsNotLost() {
    Lane lane = new Lane(1, 1, "noop", List.of());
    long before = lane.hints();
    lane.hint();

    lane.foundEmpty(before);

    assertThat(lane.mayBeReady()).isTrue();
  }

  @Test
  void newLanesAndPrioritiesMakeANewEdition() {
    store.add(1, 1, "noop", List.of(), 5, 10);
    assertThat(lanes.refresh()).isTrue();
    long first = lanes.edition();

    assertThat(lanes.refresh()).isFalse();
    assertThat(lanes.edition()).isEqualTo(first);
    store.add(1, 1, "noop", List.of(), 9, 11);
    assertThat(lanes.refresh()).isTrue();

    assertThat(lanes.edition()).isNotEqualTo(first);
    assertThat(lanes.get(1).orElseThrow().priorities()).containsExactly(5, 9);
    assertThat(lanes.get(2)).isEmpty();
  }

  @Test
  void laneKeepsWhatIsBelievedOfItOverARefresh() {
    store.add(1, 1, "noop", List.of(), 5, 10);
    lanes.refresh();
    Lane lane = lanes.get(1).orElseThrow();
    lane.foundEmpty(lane.hints());

    store.add(1, 1, "noop", List.of(), 6, 11);
    lanes.refresh();

    assertThat(lanes.get(1)).containsSame(lane);
    assertThat(lane.mayBeReady()).isFalse();
  }

  @Test
  void versionThatIsCommittedLateIsStillSeen() {
    store.add(1, 1, "noop", List.of(), 5, 5000);
    lanes.refresh();

    store.add(2, 1, "noop", List.of("gpu"), 5, 4200);
    lanes.refresh();

    assertThat(lanes.get(2)).isPresent();
  }

  @Test
  void versionThatIsCommittedVeryLateIsSeenByALookAtAll() {
    store.add(1, 1, "noop", List.of(), 5, 5000);
    lanes.refresh();
    store.add(2, 1, "noop", List.of("gpu"), 5, 10);

    for (int i = 0; i < 100; i++) {
      lanes.refresh();
    }

    assertThat(lanes.get(2)).isPresent();
  }

  @Test
  void workerClaimsLanesOfItsAppThatItsSkillsSuffice() {
    store.add(1, 1, "noop", List.of(), 5, 1);
    store.add(2, 1, "noop", List.of("gpu"), 5, 2);
    store.add(3, 1, "noop", List.of("eu", "gpu"), 5, 3);
    store.add(4, 1, "shell", List.of(), 5, 4);
    store.add(5, 2, "noop", List.of(), 5, 5);
    lanes.refresh();

    assertThat(lanes.claimable(new Skills(1, List.of("noop"), List.of("gpu"))))
        .extracting(Lane::id)
        .containsExactlyInAnyOrder(1, 2);
  }
}
