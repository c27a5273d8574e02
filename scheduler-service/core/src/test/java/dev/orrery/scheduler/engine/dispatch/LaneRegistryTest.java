package dev.orrery.scheduler.engine.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.base.time.SettableTicker;
import dev.orrery.scheduler.engine.worker.Capabilities;
import dev.orrery.scheduler.model.instance.InstanceId;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class LaneRegistryTest {
  private final FakeLaneStore store = new FakeLaneStore();
  private final SettableTicker ticker = new SettableTicker();
  private final LaneRegistry lanes = new LaneRegistry(store, ticker);

  @Test
  void marksLaneEmptyUntilNextWakeUp() {
    Lane lane = new Lane(1, 1, "noop", List.of());
    assertThat(lane.mayBeReady()).isTrue();

    lane.markEmpty(lane.wakeUps());
    assertThat(lane.mayBeReady()).isFalse();
    lane.wake();

    assertThat(lane.mayBeReady()).isTrue();
  }

  @Test
  void keepsWakeUpDuringClaim() {
    Lane lane = new Lane(1, 1, "noop", List.of());
    long before = lane.wakeUps();
    lane.wake();

    lane.markEmpty(before);

    assertThat(lane.mayBeReady()).isTrue();
  }

  @Test
  void changesEditionOnlyWhenLaneOrPriorityIsAdded() {
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
  void keepsLaneStateAcrossRefresh() {
    store.add(1, 1, "noop", List.of(), 5, 10);
    lanes.refresh();
    Lane lane = lanes.get(1).orElseThrow();
    lane.markEmpty(lane.wakeUps());

    store.add(1, 1, "noop", List.of(), 5, 11);
    lanes.refresh();

    assertThat(lanes.get(1)).containsSame(lane);
    assertThat(lane.mayBeReady()).isFalse();
  }

  /** A run of the priority may be submitted, and its lane claimed, before the refresh. */
  @Test
  void wakesLaneThatGetsNewPriority() {
    store.add(1, 1, "noop", List.of(), 5, 10);
    lanes.refresh();
    Lane lane = lanes.get(1).orElseThrow();
    lane.markEmpty(lane.wakeUps());

    store.add(1, 1, "noop", List.of(), 6, 11);
    lanes.refresh();

    assertThat(lanes.get(1)).containsSame(lane);
    assertThat(lane.mayBeReady()).isTrue();
  }

  @Test
  void readsVersionCommittedUpToTwoMinutesAfterNewerVersion() {
    store.add(1, 1, "noop", List.of(), 5, id(Duration.ofMinutes(10)));
    lanes.refresh();

    store.add(2, 1, "noop", List.of("gpu"), 5, id(Duration.ofMinutes(8).plusMillis(1)));
    lanes.refresh();

    assertThat(lanes.get(2)).isPresent();
  }

  @Test
  void readsVersionCommittedOverTwoMinutesLaterOnFullRefresh() {
    store.add(1, 1, "noop", List.of(), 5, id(Duration.ofMinutes(10)));
    lanes.refresh();
    store.add(2, 1, "noop", List.of("gpu"), 5, id(Duration.ofMinutes(8).minusMillis(1)));
    lanes.refresh();
    assertThat(lanes.get(2)).isEmpty();

    for (int i = 0; i < 100; i++) {
      lanes.refresh();
    }

    assertThat(lanes.get(2)).isPresent();
  }

  /** As one that was written after the clock of the database was set back. */
  @Test
  void readsVersionWithSmallerIdOnFullRefreshOncePerMinute() {
    store.add(1, 1, "noop", List.of(), 5, id(Duration.ofMinutes(10)));
    lanes.refresh();
    store.add(2, 1, "noop", List.of("gpu"), 5, id(Duration.ofMinutes(1)));

    ticker.advance(Duration.ofSeconds(59));
    lanes.refresh();
    assertThat(lanes.isFullRefreshDue()).isFalse();
    assertThat(lanes.get(2)).isEmpty();

    ticker.advance(Duration.ofSeconds(1));
    assertThat(lanes.isFullRefreshDue()).isTrue();
    lanes.refresh();

    assertThat(lanes.get(2)).isPresent();
    assertThat(lanes.isFullRefreshDue()).isFalse();
  }

  @Test
  void replacesLaneWhoseRowChanged() {
    store.add(1, 1, "noop", List.of("k1"), 5, 10);
    lanes.refresh();
    store.replace(1, 2, "noop", List.of("u1"), 7, 10);

    assertThat(lanes.verify(List.of(1))).isTrue();
    lanes.refresh();

    assertThat(lanes.get(1).orElseThrow())
        .matches(lane -> lane.appId() == 2 && lane.requiredTags().equals(List.of("u1")));
    assertThat(lanes.get(1).orElseThrow().priorities()).containsExactly(7);
    assertThat(lanes.verify(List.of(1))).isFalse();
  }

  @Test
  void rereadsForgottenLanesOnRefresh() {
    store.add(1, 1, "noop", List.of(), 5, 10);
    lanes.refresh();
    store.replace(1, 1, "noop", List.of(), 5, 3);
    long before = lanes.edition();

    lanes.forget();

    assertThat(lanes.get(1)).isEmpty();
    assertThat(lanes.edition()).isNotEqualTo(before);
    lanes.refresh();
    assertThat(lanes.newestVersion()).isEqualTo(3);
  }

  @Test
  void rereadsLanesForgottenDuringRefresh() {
    store.add(1, 1, "noop", List.of("k1"), 5, 10);
    store.during(
        () -> {
          store.replace(1, 2, "noop", List.of("u1"), 5, 10);
          lanes.forget();
        });

    lanes.refresh();

    assertThat(lanes.get(1).orElseThrow().appId()).isEqualTo(2);
  }

  /** Returns the id of a version that was written this long after the start of ids. */
  private static long id(Duration after) {
    return InstanceId.span(after);
  }

  @Test
  void returnsClaimableLanesMatchingCapabilities() {
    store.add(1, 1, "noop", List.of(), 5, 1);
    store.add(2, 1, "noop", List.of("gpu"), 5, 2);
    store.add(3, 1, "noop", List.of("eu", "gpu"), 5, 3);
    store.add(4, 1, "shell", List.of(), 5, 4);
    store.add(5, 2, "noop", List.of(), 5, 5);
    lanes.refresh();

    assertThat(lanes.claimable(new Capabilities(1, List.of("noop"), List.of("gpu"))))
        .extracting(Lane::id)
        .containsExactlyInAnyOrder(1, 2);
  }
}
