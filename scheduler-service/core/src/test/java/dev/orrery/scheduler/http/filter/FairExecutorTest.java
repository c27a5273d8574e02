package dev.orrery.scheduler.http.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class FairExecutorTest {
  private static final int A = 1;
  private static final int B = 2;
  private static final int C = 3;
  private static final int D = 4;
  private static final Duration REST = Duration.ofMillis(40);

  /** The tasks that were handed to the executor, which the test runs. */
  private final Queue<Runnable> handed = new ArrayDeque<>();

  /** The ends of rests that the test has not let pass, with their length. */
  private final Queue<Map.Entry<Duration, Runnable>> rests = new ArrayDeque<>();

  private final List<String> done = new ArrayList<>();
  private final FairExecutor executor =
      new FairExecutor((rest, end) -> rests.add(Map.entry(rest, end)), 2);

  @Test
  void runsTasksOfAppSequentiallyInOrder() {
    add(A, "a1");
    add(A, "a2");
    add(A, "a3");

    assertThat(handed).hasSize(1);
    runAll();
    assertThat(done).containsExactly("a1", "a2", "a3");
  }

  @Test
  void alternatesBetweenApps() {
    add(A, "a1");
    add(A, "a2");
    add(A, "a3");
    add(B, "b1");
    add(B, "b2");

    runAll();

    assertThat(done).containsExactly("a1", "b1", "a2", "b2", "a3");
  }

  @Test
  void limitsConcurrentTasksAcrossApps() {
    add(A, "a1");
    add(B, "b1");
    add(C, "c1");

    assertThat(handed).hasSize(2);
    handed.remove().run();
    assertThat(handed).as("another app needs no rest").hasSize(2);
    runAll();
    assertThat(done).containsExactly("a1", "b1", "c1");
  }

  @Test
  void runsTaskOfPreviouslyIdleApp() {
    add(A, "a1");
    runAll();
    add(A, "a2");
    runAll();

    assertThat(done).containsExactly("a1", "a2");
  }

  @Test
  void pausesAppAfterTask() {
    add(A, "a1");
    add(A, "a2");
    handed.remove().run();
    add(A, "a3");

    assertThat(handed).isEmpty();
    assertThat(rests.peek().getKey()).isEqualTo(REST);
    runAll();
    assertThat(done).containsExactly("a1", "a2", "a3");
  }

  @Test
  void runsNextTaskImmediatelyWithoutPause() {
    executor.execute(A, handed::add, () -> Duration.ZERO);
    add(A, "a2");

    handed.remove().run();

    assertThat(rests).isEmpty();
    assertThat(handed).hasSize(1);
  }

  @Test
  void delaysTaskAddedDuringPauseUntilPauseEnds() {
    add(A, "a1");
    handed.remove().run();
    add(A, "a2");
    add(B, "b1");

    assertThat(handed).hasSize(1);
    handed.remove().run();
    assertThat(done).containsExactly("a1", "b1");
    runAll();
    assertThat(done).containsExactly("a1", "b1", "a2");
  }

  @Test
  void servesAppsThatArrivedDuringPauseFirst() {
    add(A, "a1");
    handed.remove().run();
    add(A, "a2");
    add(B, "b1");
    add(C, "c1");
    add(D, "d1");
    rests.remove().getValue().run();

    assertThat(handed).as("b1 and c1").hasSize(2);
    handed.remove().run();
    runAll();
    assertThat(done).containsExactly("a1", "b1", "c1", "d1", "a2");
  }

  @Test
  void continuesAfterFailedTask() {
    executor.execute(
        A,
        handed::add,
        () -> {
          throw new IllegalStateException("on purpose");
        });
    add(A, "a2");

    assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> handed.remove().run());
    runAll();
    assertThat(done).containsExactly("a2");
  }

  private void add(int app, String task) {
    executor.execute(
        app,
        handed::add,
        () -> {
          done.add(task);
          return REST;
        });
  }

  private void runAll() {
    while (!handed.isEmpty() || !rests.isEmpty()) {
      if (handed.isEmpty()) {
        rests.remove().getValue().run();
      } else {
        handed.remove().run();
      }
    }
  }
}
