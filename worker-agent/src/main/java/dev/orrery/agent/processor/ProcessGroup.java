package dev.orrery.agent.processor;

import dev.orrery.worker.AttemptFailedException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * A program that leads a process group of its own, so that all it starts can be stopped with it.
 */
final class ProcessGroup {
  private static final Logger LOG = Logger.getLogger(ProcessGroup.class);

  /** The time that a launcher needs at most until it passes TERM on; a busy machine is slow. */
  private static final Duration LAUNCH = Duration.ofSeconds(1);

  /** E2BIG, as the JVM writes it in any language. */
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
   * Starts the command of the builder, as the leader of a new group.
   *
   * @throws AttemptFailedException if the command is longer than the system takes
   */
  static ProcessGroup start(ProcessBuilder builder, ProgramLauncher launcher)
      throws IOException, AttemptFailedException {
    try {
      return new ProcessGroup(launcher.apply(builder).start(), System.nanoTime());
    } catch (IOException e) {
      if (String.valueOf(e.getMessage()).contains(TOO_LONG)) {
        throw new AttemptFailedException(
            "'command' with its parameters is longer than this system takes, 128 KiB for one"
                + " argument on Linux; use 'script', which has parameters as variables");
      }
      throw e;
    }
  }

  Process leader() {
    return leader;
  }

  /**
   * Sends TERM to all of the group, and KILL after the grace period. A launcher loses a TERM that
   * arrives before it is ready, so a group that has just started gets a second one.
   */
  void stop(Duration gracePeriod, ScheduledExecutorService timer) {
    terminate();
    if (System.nanoTime() - startedNanos < LAUNCH.toNanos()) {
      whileAlive(this::terminate, LAUNCH, timer);
    }
    whileAlive(this::kill, gracePeriod, timer);
  }

  /** Once the leader has gone, the group was killed, and its number may be that of another one. */
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
   * Asks all of the group to end. There is no group yet for the first milliseconds, until the
   * launcher has made it; then the launcher, which is alone, is asked.
   */
  private void terminate() {
    signal("TERM", "kill -TERM -" + leader.pid() + " || kill -TERM " + leader.pid());
  }

  /** Ends all of the group, whatever it does. */
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
      LOG.errorf("Process group %d could not be sent %s: %s", leader.pid(), name, e.getMessage());
    }
  }
}
