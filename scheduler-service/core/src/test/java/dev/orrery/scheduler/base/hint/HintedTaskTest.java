package dev.orrery.scheduler.base.hint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.scheduler.base.time.SettableTicker;
import dev.orrery.scheduler.model.commit.ManualExecutor;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class HintedTaskTest {
  private final ManualExecutor executor = new ManualExecutor();
  private final Queue<Runnable> next = new ArrayDeque<>();
  private final HintedTask task =
      new HintedTask("test", executor, new SettableTicker(), this::turn);
  private int turns;

  private void turn() {
    turns++;
    if (!next.isEmpty()) {
      next.remove().run();
    }
  }

  @Test
  void runsOneTurnForSeveralRequests() {
    task.request();
    task.request();

    executor.runAll();

    assertThat(turns).isOne();
  }

  @Test
  void runsAnotherTurnWhenRequestedDuringTurn() {
    next.addAll(List.of(task::request, task::request));
    task.request();

    executor.runAll();

    assertThat(turns).isEqualTo(3);
  }

  @Test
  void runsRequestedTurnAfterFailedTurn() {
    next.add(
        () -> {
          task.request();
          throw new IllegalStateException("one turn");
        });
    task.request();

    executor.runAll();

    assertThat(turns).isEqualTo(2);
  }

  @Test
  void runsTurnRequestedAfterError() {
    next.add(
        () -> {
          throw new StackOverflowError();
        });
    task.request();
    assertThatThrownBy(executor::runAll).isInstanceOf(StackOverflowError.class);

    task.request();
    executor.runAll();

    assertThat(turns).isEqualTo(2);
  }
}
