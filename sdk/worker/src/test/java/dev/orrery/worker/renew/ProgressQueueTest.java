package dev.orrery.worker.renew;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.message.MessageLimits;
import dev.orrery.worker.attempt.HeldAttempt;
import dev.orrery.worker.attempt.HeldAttemptAttempts;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressQueueTest {
  private final ProgressQueue queue = new ProgressQueue();

  @Test
  void queuesRepeatedlyAddedAttemptOnce() {
    HeldAttempt held = HeldAttemptAttempts.running("s", 1);
    queue.add(held);
    queue.add(held);

    assertThat(queue.next("s")).containsExactly(held);
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void limitsAttemptsPerMessageAndKeepsRemainder() {
    for (int i = 0; i < MessageLimits.MAX_PROGRESS_UPDATES + 5; i++) {
      queue.add(HeldAttemptAttempts.running("s", i));
    }

    assertThat(queue.next("s")).hasSize(MessageLimits.MAX_PROGRESS_UPDATES);
    assertThat(queue.next("s")).hasSize(5);
    assertThat(queue.next("s")).isEmpty();
  }

  @Test
  void discardsAttemptsOfDifferentSession() {
    HeldAttempt other = HeldAttemptAttempts.running("s-1", 1);
    HeldAttempt mine = HeldAttemptAttempts.running("s-2", 1);
    queue.addAll(List.of(other, mine));

    assertThat(queue.next("s-2")).containsExactly(mine);
    assertThat(queue.next("s-1")).isEmpty();
  }
}
