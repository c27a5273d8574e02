package dev.orrery.worker.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.message.ProgressUpdate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AttemptProgressTest {
  private final AttemptProgress progress = new AttemptProgress(new AttemptRef(7, 3));
  private int told;

  @BeforeEach
  void listen() {
    progress.onChange(() -> told++);
  }

  @Test
  void notifiesOnceUntilNewestProgressIsFetched() {
    progress.set(1, "a");
    progress.set(2, "b");
    assertThat(told).isEqualTo(1);

    assertThat(progress.take()).isEqualTo(new ProgressUpdate(7, 3, 2, "b"));
    progress.set(3, null);

    assertThat(told).isEqualTo(2);
    assertThat(progress.take()).isEqualTo(new ProgressUpdate(7, 3, 3, null));
  }

  @Test
  void ignoresUnchangedProgress() {
    progress.set(1, "a");
    progress.take();
    progress.set(1, "a");

    assertThat(told).isEqualTo(1);
  }

  @Test
  void clampsPercentAndTruncatesMessage() {
    progress.set(200, "x".repeat(500) + "\n");

    assertThat(progress.take().percent()).isEqualTo(100);
    assertThat(progress.take().message()).hasSize(200).endsWith("x…");
  }
}
