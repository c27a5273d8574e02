package dev.orrery.agent.processor;

import dev.orrery.worker.AttemptFailedException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * A program that leads its own process group, so that it can be stopped with all processes that it
 * starts.
 */
final class ProcessGroup {
  private static final Logger LOG = Logger.getLogger(ProcessGroup.class);

  /** The maximum time until a launcher forwards TERM, on a busy machine. */
  private static final Duration LAUNCH = Duration.ofSeconds(1);

  /** E2BIG, as the JVM reports it in any language. */
  private static final String TOO_LONG = "error=7,";

  private final Process leader;
  private final long startedNanos;

  /**
   * @param startedNanos of {@link System#nanoTime}
   */
  ProcessGroup(Process leader, long startedNanos) {
    this.leader = leader;
    this.startedNanos = startedNanos;
  }

  /**
   * Starts the command of the builder as the leader of a new group.
   *
   * @throws AttemptFailedException if the command exceeds the limit of the system
   */
  static ProcessGroup start(ProcessBuilder builder, ProgramLauncher launcher)
      throws IOException, AttemptFailedException {
    try {
      return new ProcessGroup(launcher.apply(builder).start(), System.nanoTime());
    } catch (IOException e) {
      if (String.valueOf(e.getMessage()).contains(TOO_LONG)) {
        throw new AttemptFailedException(
            "'command' with its parameters exceeds the limit of this system, 128 KiB for one"
                + " argument on Linux; use 'script', which receives parameters as variables");
      }
      throw e;
    }
  }

  Process leader() {
    return leader;
  }

  /**
   * Sends TERM to the group, and KILL after the grace period. A launcher loses a TERM that arrives
   * before it is ready, so a group that has just started gets a second one.
   */
  void stop(Duration gracePeriod, ScheduledExecutorService timer) {
    terminate();
    if (System.nanoTime() - startedNanos < LAUNCH.toNanos()) {
      whileAlive(this::terminate, LAUNCH, timer);
    }
    whileAlive(this::kill, gracePeriod, timer);
  }

  /**
   * Runs the action after the delay, unless the leader has ended: then the group was killed, and
   * its id may be reused.
   */
  private void whileAlive(Runnable action, Duration delay, ScheduledExecutorService timer) {
    var unused =
        timer.schedule(
            () -> {
              if (leader.isAlive()) {
                action.run();
              }
            },
            delay.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  /**
   * Sends TERM to the group. During the first milliseconds the launcher has not created the group
   * yet, and gets the signal alone.
   */
  private void terminate() {
    signal("TERM", "kill -TERM -" + leader.pid() + " || kill -TERM " + leader.pid());
  }

  void kill() {
    signal("KILL", "kill -KILL -" + leader.pid());
  }

  private void signal(String name, String command) {
    // The number of the group is that of its leader, which the launcher becomes. Java can only
    // signal single processes; every image with a shell has the shell's own kill.
    ProcessBuilder kill =
        new ProcessBuilder("/bin/sh", "-c", command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD);
    try {
      kill.start();
    } catch (IOException e) {
      LOG.errorf(
          "Failed to signal a process group; its processes keep running: pgid=%d signal=%s: %s",
          leader.pid(), name, e.getMessage());
    }
  }
}
