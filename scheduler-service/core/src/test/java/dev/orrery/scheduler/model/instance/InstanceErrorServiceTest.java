package dev.orrery.scheduler.model.instance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.model.instance.InstanceErrorsView.Group;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class InstanceErrorServiceTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

  @Test
  void groupsInstancesByFirstErrorLine() {
    InstanceErrorsView view =
        view(
            failed(1, "refused\nat line 1", null, 10, 1),
            failed(2, "refused\nat line 2", null, 11, 0),
            failed(3, "\nreset", null, 12, 5),
            failed(4, null, "WORKER_LOST", 13, 6),
            failed(5, " ", null, 14, 7));

    assertThat(view.items())
        .containsExactly(
            new Group("refused", 2, NOON.plusSeconds(1), "1", 2),
            new Group("FAILED", 1, NOON.plusSeconds(7), "5", 1),
            new Group("WORKER_LOST", 1, NOON.plusSeconds(6), "4", 1),
            new Group("reset", 1, NOON.plusSeconds(5), "3", 1));
    assertThat(view.examined()).isEqualTo(5);
    assertThat(view.truncated()).isFalse();
  }

  @Test
  void truncatesErrorMessageAtCharacterBoundary() {
    String error = "a".repeat(InstanceFilter.MAX_ERROR - 1) + "\uD83D\uDE00";

    assertThat(view(failed(1, error, null, 1, 1)).items().get(0).message())
        .isEqualTo("a".repeat(InstanceFilter.MAX_ERROR - 1));
  }

  @Test
  void returnsOnlyMostFrequentErrorGroups() {
    InstanceErrorsView view =
        view(
            IntStream.rangeClosed(0, InstanceErrorService.MAX_GROUPS)
                .mapToObj(n -> failed(n, "error " + n, null, 1, n))
                .toArray(FailedInstance[]::new));

    assertThat(view.items()).hasSize(InstanceErrorService.MAX_GROUPS);
    assertThat(view.truncated()).isTrue();
  }

  private static InstanceErrorsView view(FailedInstance... rows) {
    return InstanceErrorService.view(List.of(rows), false);
  }

  private static FailedInstance failed(
      long id, String error, String reason, long job, int endedAfterSeconds) {
    return new FailedInstance(
        id, job, InstanceState.FAILED, NOON.plusSeconds(endedAfterSeconds), error, reason);
  }
}
