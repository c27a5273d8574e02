package dev.orrery.agent.processor;

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

  private final Process leader;

  private ProcessGroup(Process leader) {
    this.leader = leader;
  }

  /** Starts the command of the builder, as the leader of a new group. */
  static ProcessGroup start(ProcessBuilder builder, ProgramLauncher launcher) throws IOException {
    return new ProcessGroup(launcher.apply(builder).start());
  }

  Process leader() {
    return leader;
  }

  /** Sends TERM to all of the group, and KILL after the grace period. */
  void stop(Duration gracePeriod, ScheduledExecutorService timer) {
    terminate();
    var unused =
        timer.schedule(
            () -> {
              // Once the leader has gone the group was killed, and its number may be another's.
              if (leader.isAlive()) {
                kill();
              }
            },
            gracePeriod.toMillis(),
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
