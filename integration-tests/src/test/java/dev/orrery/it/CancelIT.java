package dev.orrery.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.it.harness.Stack;
import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.MachineLoad;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests cancels of running programs on a real agent. */
@Tag("thorough")
class CancelIT {
  private static final Duration KILL_GRACE = Duration.ofSeconds(2);
  private static final Duration SECONDS = Duration.ofSeconds(10);

  private static void putScript(Stack stack, String job, String script) {
    stack
        .api()
        .putJob(
            Stack.APP,
            job,
            "{\"processor\":{\"type\":\"shell\",\"script\":\"%s\"}}"
                .formatted(script.replace("\"", "\\\"")));
  }

  /** Finds a process by one of its arguments, because a job sees the process ids of a namespace. */
  private static ProcessHandle processWith(String argument) {
    Await.until("a process with " + argument, SECONDS, () -> find(argument).isPresent());
    return find(argument).orElseThrow();
  }

  private static Optional<ProcessHandle> find(String argument) {
    return ProcessHandle.allProcesses()
        .filter(process -> hasArgument(process, argument))
        .findFirst();
  }

  private static boolean hasArgument(ProcessHandle process, String argument) {
    return process.info().arguments().filter(all -> List.of(all).contains(argument)).isPresent();
  }

  @Test
  void killsChildThatIgnoresTermAfterGracePeriod() {
    try (Stack stack = new Stack("cancel-child")) {
      stack.startScheduler();
      stack.startAgent("-Dorrery.worker.kill-grace-period=" + KILL_GRACE);
      String marker = stack.directory().resolve("child").toString();
      putScript(
          stack,
          "stubborn",
          "trap '' TERM; sh -c 'while :; do sleep 0.2; done' " + marker + " & wait");
      String id = stack.api().run(Stack.APP, "stubborn");
      ProcessHandle child = processWith(marker);

      long asked = System.nanoTime();
      stack.api().cancel(id);
      Await.until("the child is gone", KILL_GRACE.plus(SECONDS), () -> !child.isAlive());

      Duration took = Duration.ofNanos(System.nanoTime() - asked);
      System.out.printf("CancelIT: a child that ignores TERM was gone after %s%n", took);
      assertThat(took).isBetween(KILL_GRACE, KILL_GRACE.plusSeconds(3));
      stack.api().awaitState(id, "CANCELED", SECONDS);
    }
  }

  @Test
  void deliversCancelToFullyLoadedWorkerWithinOneSecond() {
    try (Stack stack = new Stack("cancel-full")) {
      stack.startScheduler();
      stack.startAgent("-Dorrery.worker.capacity=1");
      Path begun = stack.directory().resolve("begun");
      Path told = stack.directory().resolve("told");
      putScript(
          stack,
          "polite",
          "trap 'echo > "
              + told
              + "; exit 1' TERM; echo > "
              + begun
              + "; while :; do sleep 0.05; done");
      String id = stack.api().run(Stack.APP, "polite");
      Await.until("it has begun", SECONDS, () -> Files.exists(begun));
      String waiting = stack.api().run(Stack.APP, "polite");

      long asked = System.nanoTime();
      stack.api().cancel(id);
      Await.until("it is told", Duration.ofSeconds(5), () -> Files.exists(told));

      Duration took = Duration.ofNanos(System.nanoTime() - asked);
      System.out.printf("CancelIT: a worker at full capacity was told after %s%n", took);
      assertThat(took).isLessThan(MachineLoad.stretch(Duration.ofSeconds(1)));
      stack.api().awaitState(id, "CANCELED", SECONDS);
      stack.api().cancel(waiting);
      stack.api().awaitState(waiting, "CANCELED", SECONDS);
    }
  }
}
