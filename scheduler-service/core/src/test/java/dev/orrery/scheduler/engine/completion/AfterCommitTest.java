package dev.orrery.scheduler.engine.completion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.base.hint.Hint;
import dev.orrery.scheduler.base.hint.HintBus;
import dev.orrery.scheduler.base.hint.RecordedHints;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Hints and counts that follow the commit of completed attempts. */
class AfterCommitTest {
  private final HintBus hints = new HintBus();
  private final RecordedHints heard = RecordedHints.on(hints);

  private List<Hint> hintsOf(Set<Integer> lanes, Set<Long> jobs, Duration due) {
    new AfterCommit(Set.of(), lanes, jobs, Set.of(), due, () -> {}).publish(hints);
    return heard.all();
  }

  @Test
  void publishesNothingForEmptyBatch() {
    AfterCommit.NOTHING.publish(hints);

    assertThat(heard.all()).isEmpty();
  }

  @Test
  void publishesReadyLanesOfImmediateRetries() {
    assertThat(hintsOf(Set.of(7, 8), Set.of(), null))
        .containsExactly(new Hint.LanesReady(Set.of(7, 8), false));
  }

  @Test
  void publishesUnblockHintForLimitedJobs() {
    assertThat(hintsOf(Set.of(), Set.of(42L), null)).containsExactly(new Hint.Unblock(Set.of(42L)));
  }

  @Test
  void publishesDueHintForNextAttemptOrFire() {
    assertThat(hintsOf(Set.of(), Set.of(), Duration.ofSeconds(3)))
        .containsExactly(new Hint.DueIn(Duration.ofSeconds(3)));
  }

  @Test
  void countsEndedInstances() {
    AtomicInteger counted = new AtomicInteger();

    new AfterCommit(Set.of(), Set.of(), Set.of(), Set.of(), null, counted::incrementAndGet)
        .publish(hints);

    assertThat(counted).hasValue(1);
  }
}
