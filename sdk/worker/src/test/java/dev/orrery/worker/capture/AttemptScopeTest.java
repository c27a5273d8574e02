package dev.orrery.worker.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.worker.AttemptContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AttemptScopeTest {
  private final ExecutorService pool = Executors.newSingleThreadExecutor();

  @AfterEach
  void close() {
    pool.shutdownNow();
  }

  private static Optional<Long> here() {
    return AttemptScope.current().map(AttemptContext::instance);
  }

  @Test
  void returnsAttemptOnlyOnItsThreadWhileItRuns() {
    List<Optional<Long>> seen = new ArrayList<>();

    RunLines.of(
        7,
        context -> {
          seen.add(here());
          seen.add(AttemptScope.named("7/1").map(AttemptContext::instance));
          seen.add(pool.submit(AttemptScopeTest::here).get());
          return null;
        });

    assertThat(seen).containsExactly(Optional.of(7L), Optional.of(7L), Optional.empty());
    assertThat(here()).isEmpty();
    assertThat(AttemptScope.named("7/1")).isEmpty();
    assertThat(AttemptScope.named(null)).isEmpty();
  }

  @Test
  void endsScopeWhenAttemptFails() {
    RunLines.of(
        8,
        context -> {
          throw new IllegalStateException("broken");
        });

    assertThat(here()).isEmpty();
    assertThat(AttemptScope.named("8/1")).isEmpty();
  }

  @Test
  void carriesAttemptToOtherThreadOnlyForCarriedTask() {
    List<Optional<Long>> seen = new ArrayList<>();

    RunLines.of(
        9,
        context -> {
          Callable<Optional<Long>> task = AttemptScope.carry(AttemptScopeTest::here);
          seen.add(pool.submit(task).get());
          pool.submit(AttemptScope.carry((Runnable) () -> seen.add(here()))).get();
          seen.add(pool.submit(AttemptScopeTest::here).get());
          return null;
        });

    assertThat(seen).containsExactly(Optional.of(9L), Optional.of(9L), Optional.empty());
  }

  @Test
  void returnsNoAttemptInTaskThatOutlivesAttempt() throws Exception {
    List<Callable<Optional<Long>>> late = new ArrayList<>();
    RunLines.of(
        10,
        context -> {
          late.add(AttemptScope.carry(AttemptScopeTest::here));
          return null;
        });

    assertThat(pool.submit(late.get(0)).get()).isEmpty();
  }

  @Test
  void leavesTaskCarriedOutsideAttemptUnchanged() throws Exception {
    Callable<Optional<Long>> task = AttemptScope.carry(AttemptScopeTest::here);

    RunLines.of(11, context -> String.valueOf(task.call()));

    assertThat(task.call()).isEmpty();
  }

  @Test
  void separatesAttemptsWithSameName() {
    List<String> seen = new CopyOnWriteArrayList<>();
    AttemptScope.Listener listener = name -> seen.add(String.valueOf(name));
    AttemptScope.addListener(listener);
    List<RunLines> inner = new ArrayList<>();

    RunLines outer =
        RunLines.of(
            15,
            context -> {
              inner.add(CompletableFuture.supplyAsync(() -> namesake(seen)).get());
              return String.valueOf(AttemptScope.named(seen.get(1)).isPresent());
            });
    AttemptScope.removeListener(listener);

    assertThat(inner.get(0).lines()).containsExactly("stdout: inner");
    assertThat(outer.lines()).containsExactly("stdout: outer");
    assertThat(outer.outcome().result()).isEqualTo("false");
    assertThat(seen.get(0)).isEqualTo("15/1");
    assertThat(seen.get(1)).matches("15/1#\\d+");
  }

  /** Runs while another attempt has its name, of another scheduler. */
  private static RunLines namesake(List<String> seen) {
    return RunLines.of(
        15,
        context -> {
          AttemptScope.named(seen.get(1)).orElseThrow().log("inner");
          AttemptScope.named("15/1").orElseThrow().log("outer");
          return null;
        });
  }

  @Test
  void runsAttemptAlthoughListenerFails() {
    List<String> seen = new ArrayList<>();
    AttemptScope.Listener failing =
        name -> {
          throw new IllegalStateException("broken");
        };
    AttemptScope.Listener listener = name -> seen.add(name);
    AttemptScope.addListener(failing);
    AttemptScope.addListener(listener);
    try {
      RunLines run = RunLines.of(14, context -> "fine");

      assertThat(run.outcome().result()).isEqualTo("fine");
      assertThat(seen).isEqualTo(Arrays.asList("14/1", null));
    } finally {
      AttemptScope.removeListener(failing);
      AttemptScope.removeListener(listener);
    }
  }

  @Test
  void notifiesListenersOfStartAndEndOfAttempt() {
    List<String> seen = new ArrayList<>();
    AttemptScope.Listener listener = name -> seen.add(name);
    AttemptScope.addListener(listener);

    RunLines.of(12, context -> null);
    AttemptScope.removeListener(listener);
    RunLines.of(13, context -> null);

    assertThat(seen).isEqualTo(Arrays.asList("12/1", null));
  }
}
