package dev.orrery.scheduler.model.progress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.message.MessageLimits;
import dev.orrery.protocol.message.ProgressUpdate;
import dev.orrery.scheduler.model.progress.ProgressStore.Said;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ProgressIntakeTest {
  private static final UUID SESSION = new UUID(1, 2);

  @Test
  void keepsNewestProgressOfEachRun() {
    assertThat(
            ProgressIntake.bounded(
                SESSION,
                List.of(
                    new ProgressUpdate(1, 1, 10, "a"),
                    new ProgressUpdate(2, 1, 20, "b"),
                    new ProgressUpdate(1, 1, 30, "c"))))
        .containsExactlyInAnyOrder(
            new Said(SESSION, new ProgressUpdate(1, 1, 30, "c")),
            new Said(SESSION, new ProgressUpdate(2, 1, 20, "b")));
  }

  @Test
  void clampsPercentAndTruncatesMessageOfProgress() {
    assertThat(
            ProgressIntake.bounded(
                SESSION, List.of(new ProgressUpdate(1, 1, 250, "a\0" + "x".repeat(999)))))
        .singleElement()
        .satisfies(
            said -> {
              assertThat(said.progress().percent()).isEqualTo(100);
              assertThat(said.progress().message()).hasSize(200).startsWith("a x");
            });
  }

  @Test
  void dropsProgressUpdatesBeyondMaximumPerMessage() {
    List<ProgressUpdate> many = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      many.add(new ProgressUpdate(i, 1, 1, null));
    }
    assertThat(ProgressIntake.bounded(SESSION, many)).hasSize(MessageLimits.MAX_PROGRESS_UPDATES);
  }
}
