package dev.orrery.cli.status;

import dev.orrery.cli.UserException;
import dev.orrery.cli.client.ClientOptions;
import dev.orrery.cli.stack.RunningStack;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Checks the processes of the local stack of a directory. */
final class StackCheck {
  /** Segments of the write-ahead log and files of sorts take some hundred MiB at once. */
  private static final long LEAST_FREE_BYTES = 1L << 30;

  private StackCheck() {}

  /**
   * @param files the directory {@code .orrery}
   */
  static List<Finding> findings(Path files) {
    RunningStack stack;
    try {
      stack = RunningStack.read(files).orElse(null);
    } catch (UserException e) {
      return List.of(Finding.fail("stack", e.getMessage(), "./orrery stop, then ./orrery up"));
    }
    if (stack == null) {
      return List.of(Finding.ok("stack", "no local stack runs in this directory."));
    }
    List<Finding> findings = new ArrayList<>();
    for (String name : stack.processes().keySet()) {
      findings.add(
          stack
              .alive(name)
              .map(process -> Finding.ok(name, "process " + process.pid() + " runs."))
              .orElseGet(() -> ended(name)));
    }
    if (stack.alive(RunningStack.SCHEDULER).isPresent()) {
      RunningStack.database(files)
          .ifPresent(
              process ->
                  findings.add(
                      Finding.ok("database", "embedded, process " + process.pid() + " runs.")));
    }
    disk(files).ifPresent(findings::add);
    return findings;
  }

  /** Warns if database, logs and working directories of the stack have little room left. */
  private static Optional<Finding> disk(Path files) {
    try {
      return disk(files, Files.getFileStore(files).getUsableSpace());
    } catch (IOException e) {
      return Optional.of(
          Finding.warn(
              "disk", "its free space cannot be read: " + e, "look at the disk of " + files));
    }
  }

  static Optional<Finding> disk(Path files, long freeBytes) {
    return freeBytes >= LEAST_FREE_BYTES
        ? Optional.empty()
        : Optional.of(
            Finding.warn(
                "disk",
                String.format(
                    Locale.ROOT,
                    "the disk of %s has %,d MiB free; the database stops when it is full.",
                    files.toAbsolutePath(),
                    freeBytes >> 20),
                "free at least 1 GiB, or move the directory to a larger disk"));
  }

  /**
   * Like {@link #findings(Path)}, but ignores the local processes if the user named another
   * scheduler.
   *
   * @param asked the URL of the scheduler
   */
  static List<Finding> findings(Path files, URI asked) {
    Optional<RunningStack> other;
    try {
      other =
          RunningStack.read(files).filter(stack -> !ClientOptions.isSamePort(stack.url(), asked));
    } catch (UserException e) {
      return findings(files);
    }
    return other
        .map(
            stack ->
                List.of(
                    Finding.ok(
                        "stack",
                        "not checked: the one of this directory is at "
                            + stack.url()
                            + ", and "
                            + asked
                            + " is asked.")))
        .orElseGet(() -> findings(files));
  }

  private static Finding ended(String name) {
    String restart = "./orrery stop, then ./orrery up";
    return name.equals(RunningStack.UP)
        ? Finding.warn(name, "it was killed; its processes may still run.", restart)
        : Finding.fail(name, "it has ended; its log is .orrery/" + name + ".log.", restart);
  }

  /** Returns a line for {@code orrery status}; empty if no process of the stack is running. */
  static String summary(RunningStack stack) {
    List<String> alive = new ArrayList<>();
    for (String name : stack.processes().keySet()) {
      stack.alive(name).ifPresent(process -> alive.add(name + " " + process.pid()));
    }
    return alive.isEmpty() ? "" : "processes " + String.join(", ", alive);
  }
}
