package dev.orrery.scheduler.extras.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.orrery.scheduler.extras.statistics.EndCountsView.Bucket;
import dev.orrery.scheduler.model.instance.InstanceState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EndCountServiceTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final EndCountQuery THREE_MINUTES =
      new EndCountQuery(NOON, NOON.plusSeconds(180), EndCountSpan.MINUTE);

  @Test
  void returnsAllBucketsWithSumsPerState() {
    EndCountsView view =
        EndCountService.view(
            THREE_MINUTES,
            List.of(
                new EndCountRow(NOON, InstanceState.SUCCEEDED, 4, 2),
                new EndCountRow(NOON, InstanceState.SUCCEEDED, 40, 3),
                new EndCountRow(NOON, InstanceState.FAILED, -1, 1),
                new EndCountRow(NOON.plusSeconds(120), InstanceState.SKIPPED, -1, 7)));

    assertThat(view.items())
        .extracting(Bucket::counts)
        .containsExactly(Map.of("SUCCEEDED", 5L, "FAILED", 1L), Map.of(), Map.of("SKIPPED", 7L));
    assertThat(view.items())
        .extracting(Bucket::start)
        .containsExactly(NOON, NOON.plusSeconds(60), NOON.plusSeconds(120));
    assertThat(view.items().get(2).lateness()).isNull();
  }

  @Test
  void computesLatenessPercentilesWithinTenPercent() {
    EndCountsView view =
        EndCountService.view(
            THREE_MINUTES,
            List.of(
                new EndCountRow(NOON, InstanceState.SUCCEEDED, lateness(20), 98),
                new EndCountRow(NOON, InstanceState.FAILED, lateness(5000), 2)));

    assertThat(view.lateness().p50Millis()).isCloseTo(20, within(2L));
    assertThat(view.lateness().p99Millis()).isCloseTo(5000, within(500L));
    assertThat(view.items().get(0).lateness()).isEqualTo(view.lateness());
  }

  /** As the function end_lateness of the database. */
  private static int lateness(long millis) {
    return (int) Math.floor(Math.log(millis + 1.0) * 4 / Math.log(2));
  }
}
