package dev.orrery.cli.local;

import dev.orrery.cli.stack.RunningStack;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Stops the stack of a working directory from another process. A running {@code up} stops its own
 * processes; after a killed {@code up}, this class stops them, the agents first.
 */
public final class StackStop {
  /** A terminated {@code up} first stops its agents, then its scheduler. */
  private static final Duration TIMEOUT = LocalStack.MAX_STOP.multipliedBy(2).plusSeconds(10);

  private final Path files;
  private final Duration longest;
  private final Consumer<String> progress;

  /**
   * @param files the directory {@code .orrery}
   * @param progress receives a line for each stopped process
   */
  public StackStop(Path files, Consumer<String> progress) {
    this(files, TIMEOUT, progress);
  }

  /**
   * @param longest time-out of each process before it is killed
   */
  StackStop(Path files, Duration longest, Consumer<String> progress) {
    this.files = files;
    this.longest = longest;
    this.progress = progress;
  }

  /** Returns the number of stopped processes. */
  public int stop() throws InterruptedException {
    int stopped = 0;
    Optional<RunningStack> stack = RunningStack.read(files);
    if (stack.isPresent()) {
      for (String name : order(stack.get())) {
        stopped += stop(name, stack.get().alive(name));
      }
    }
    stopped += stop("database", RunningStack.database(files));
    RunningStack.delete(files);
    return stopped;
  }

  private static List<String> order(RunningStack stack) {
    List<String> names = new ArrayList<>(List.of(RunningStack.UP));
    stack.processes().keySet().stream()
        .filter(name -> name.startsWith(RunningStack.AGENT))
        .forEach(names::add);
    names.add(RunningStack.SCHEDULER);
    return names;
  }

  private int stop(String name, Optional<ProcessHandle> found) throws InterruptedException {
    if (found.isEmpty()) {
      return 0;
    }
    ProcessHandle process = found.get();
    progress.accept("stopping " + name + " (process " + process.pid() + ") …");
    process.destroy();
    try {
      process.onExit().get(longest.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      progress.accept(
          "killing " + name + ": it has not ended within " + longest.toSeconds() + " s");
      process.destroyForcibly();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
    return 1;
  }
}
