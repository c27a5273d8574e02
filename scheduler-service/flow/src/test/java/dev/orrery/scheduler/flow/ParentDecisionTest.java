package dev.orrery.scheduler.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.flow.ParentDecision.Finish;
import dev.orrery.scheduler.flow.ParentDecision.KeepWaiting;
import dev.orrery.scheduler.flow.ParentDecision.ParentState;
import dev.orrery.scheduler.flow.ParentDecision.PartBatch;
import dev.orrery.scheduler.flow.ParentDecision.StopParts;
import dev.orrery.scheduler.model.instance.InstanceState;
import dev.orrery.scheduler.model.instance.InstanceTransitions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Decisions for a parent with 100 parts, of which 10 may be active and 2 may fail. */
class ParentDecisionTest {
  private static final int TOTAL = 100;
  private static final int PARALLELISM = 10;
  private static final int TOLERATED = 2;

  @ParameterizedTest
  @CsvSource({
    "0, 0, 10",
    "10, 0, 10",
    "50, 5, 5",
    "95, 5, 5",
    "99, 0, 1",
    "97, 2, 3",
  })
  void makesPartsUpToParallelismOrTotal(int made, int active, int count) {
    assertThat(decide(made, active, 0)).isEqualTo(new PartBatch(count));
  }

  @ParameterizedTest
  @CsvSource({"50, 6", "50, 10", "100, 1", "100, 10"})
  void waitsWhileWindowIsMoreThanHalfFullOrAllPartsAreMade(int made, int active) {
    assertThat(decide(made, active, 0)).isEqualTo(new KeepWaiting());
  }

  @Test
  void limitsPartsMadePerDecision() {
    assertThat(decide(large(0, 0, 1))).isEqualTo(new PartBatch(ParentLimits.PART_BATCH_SIZE));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 2, 1000",
    "2000, 500, 2, 500",
    "4500, 0, 2, 500",
    "0, 0, 20, 100",
    "400, 50, 20, 50",
    "4950, 50, 20, 50",
    "0, 0, 100, 20",
    "4990, 10, 100, 10",
  })
  void makesPartsUpToShareOfWaitingParts(int active, int waiting, int sharing, int count) {
    assertThat(decide(large(active, waiting, sharing))).isEqualTo(new PartBatch(count));
  }

  @ParameterizedTest
  @CsvSource({"501, 501, 2", "4501, 0, 2", "400, 51, 20", "11, 11, 100", "4991, 0, 100"})
  void makesNoPartsUntilHalfOfItsShareIsFree(int active, int waiting, int sharing) {
    assertThat(decide(large(active, waiting, sharing))).isEqualTo(new KeepWaiting());
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "1, 2",
    "7, 1",
    "7, 30",
    "500, 1",
    "500, 5",
    "500, 20",
    "500, 1000",
    "1500, 1",
    "5000, 1",
    "5000, 2"
  })
  void keepsAlmostFullParallelismWithIdleWorkers(int parallelism, int sharing) {
    int active = 0;
    int made = 0;
    while (decide(
            new ParentState(
                10_000, made, parallelism, 0, null, false, false, active, 0, sharing, 0))
        instanceof PartBatch parts) {
      active += parts.count();
      made += parts.count();
    }

    int step = Math.min(Math.min(parallelism, 1_000), Math.max(20, 2_000 / sharing));
    assertThat(active).isBetween(parallelism - step / 2, parallelism);
  }

  @ParameterizedTest
  @CsvSource({"0, SUCCEEDED", "2, SUCCEEDED", "3, FAILED"})
  void choosesEndStateByNumberOfFailures(int failed, InstanceState state) {
    assertThat(decide(TOTAL, 0, failed)).isEqualTo(new Finish(state));
  }

  @Test
  void endsOnlyAfterAllPartsAreMade() {
    assertThat(decide(TOTAL - 1, 0, 0)).isEqualTo(new PartBatch(1));
  }

  @Test
  void stopsPartsWhenFailuresExceedTolerance() {
    assertThat(decide(50, 1, 3)).isEqualTo(new StopParts(InstanceState.FAILED));
    assertThat(decide(50, 0, 3)).isEqualTo(new Finish(InstanceState.FAILED));
  }

  @Test
  void stopsPartsOfCanceledParent() {
    assertThat(decide(state(50, 1, 0, null, true, false)))
        .isEqualTo(new StopParts(InstanceState.CANCELED));
    assertThat(decide(state(50, 0, 0, null, true, false)))
        .isEqualTo(new Finish(InstanceState.CANCELED));
  }

  @Test
  void succeedsWhenCancelFollowsLastSuccess() {
    assertThat(decide(state(TOTAL, 0, 0, null, true, false)))
        .isEqualTo(new Finish(InstanceState.SUCCEEDED));
    assertThat(decide(state(TOTAL, 0, 1, null, true, false)))
        .isEqualTo(new Finish(InstanceState.CANCELED));
  }

  @Test
  void keepsStoredEndingDespiteLaterCancel() {
    assertThat(decide(state(50, 1, 3, InstanceState.FAILED, true, false)))
        .isEqualTo(new StopParts(InstanceState.FAILED));
    assertThat(decide(state(50, 0, 3, InstanceState.FAILED, true, false)))
        .isEqualTo(new Finish(InstanceState.FAILED));
    assertThat(decide(state(50, 0, 3, InstanceState.CANCELED, true, false)))
        .isEqualTo(new Finish(InstanceState.CANCELED));
  }

  @Test
  void endsButMakesNoPartsWhilePaused() {
    assertThat(decide(state(50, 0, 0, null, false, true))).isEqualTo(new KeepWaiting());
    assertThat(decide(state(TOTAL, 0, 0, null, false, true)))
        .isEqualTo(new Finish(InstanceState.SUCCEEDED));
    assertThat(decide(state(50, 1, 0, null, true, true)))
        .isEqualTo(new StopParts(InstanceState.CANCELED));
  }

  @Test
  void choosesOnlyLegalEndStates() {
    for (int made : new int[] {0, 50, TOTAL}) {
      for (int active : new int[] {0, 1, PARALLELISM}) {
        for (int failed = 0; failed <= TOLERATED + 1; failed++) {
          for (boolean canceled : new boolean[] {true, false}) {
            if (decide(state(made, active, failed, null, canceled, false))
                instanceof Finish finish) {
              assertThat(InstanceTransitions.after(InstanceState.AWAITING))
                  .contains(finish.state());
            }
          }
        }
      }
    }
  }

  private static ParentDecision decide(int made, int active, int failed) {
    return decide(state(made, active, failed, null, false, false));
  }

  private static ParentDecision decide(ParentState state) {
    return ParentDecision.of(state);
  }

  private static ParentState state(
      int made, int active, int failed, InstanceState ending, boolean canceled, boolean paused) {
    return new ParentState(
        TOTAL, made, PARALLELISM, TOLERATED, ending, canceled, paused, active, active, 1, failed);
  }

  /** A parent that has made half of 10,000 parts, of which 5,000 may be active. */
  private static ParentState large(int active, int waiting, int sharing) {
    return new ParentState(
        10_000, 5_000, 5_000, 0, null, false, false, active, waiting, sharing, 0);
  }
}
