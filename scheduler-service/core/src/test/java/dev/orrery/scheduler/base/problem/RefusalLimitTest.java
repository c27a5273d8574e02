package dev.orrery.scheduler.base.problem;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.model.commit.ManualExecutor;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class RefusalLimitTest {
  private final ManualExecutor executor = new ManualExecutor();
  private final RefusalLimit refusals = new RefusalLimit(executor, "Too many.");

  @Test
  void refusesImmediatelyAsOverloadedBeyondLimit() {
    CompletableFuture<Void> first = refuse();
    CompletableFuture<Void> second = refuse();

    Failed.with(ErrorCode.OVERLOADED, refuse());
    assertThat(executor.waiting()).isEqualTo(2);
    executor.runAll();
    Failed.with(ErrorCode.NOT_FOUND, first);
    Failed.with(ErrorCode.NOT_FOUND, second);
  }

  @Test
  void releasesSlotAfterCompletedOrFailedRefusal() {
    for (int n = 0; n < 5; n++) {
      CompletableFuture<Void> failing =
          refusals.refuse(
              () -> {
                throw new IllegalStateException("no database");
              });
      CompletableFuture<Void> next = refuse();

      executor.runAll();

      assertThat(failing).isCompletedExceptionally();
      Failed.with(ErrorCode.NOT_FOUND, next);
    }
  }

  @Test
  void reportsUnavailableAndReleasesSlotWhenServiceStops() {
    executor.stop();

    for (int n = 0; n < 5; n++) {
      Failed.with(ErrorCode.UNAVAILABLE, refuse());
    }
  }

  private CompletableFuture<Void> refuse() {
    return refusals.refuse(
        () -> {
          throw ProblemException.of(ErrorCode.NOT_FOUND, "not there");
        });
  }
}
