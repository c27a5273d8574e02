package dev.orrery.worker.renew;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.message.Progress;
import dev.orrery.worker.attempt.Held;
import dev.orrery.worker.attempt.HeldAttempts;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressQueueTest {
  private final ProgressQueue queue = new ProgressQueue();

  @Test
  void attemptWaitsOnceHoweverOftenItIsAdded() {
    Held held = HeldAttempts.running("s", 1);
    queue.add(held);
    queue.add(held);

    assertThat(queue.next("s")).containsExactly(held);
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void messageIsBoundedAndTheOthersComeNext() {
    for (int i = 0; i < Progress.MAX_IN_MESSAGE + 5; i++) {
      queue.add(HeldAttempts.running("s", i));
    }

    assertThat(queue.next("s")).hasSize(Progress.MAX_IN_MESSAGE);
    assertThat(queue.next("s")).hasSize(5);
    assertThat(queue.next("s")).isEmpty();
  }

  @Test
  void otherSessionsAreForgotten() {
    Held other = HeldAttempts.running("s-1", 1);
    Held mine = HeldAttempts.running("s-2", 1);
    queue.addAll(List.of(other, mine));

    assertThat(queue.next("s-2")).containsExactly(mine);
    assertThat(queue.next("s-1")).isEmpty();
  }
}
