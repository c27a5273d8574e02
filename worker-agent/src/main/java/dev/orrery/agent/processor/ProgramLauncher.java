package dev.orrery.agent.processor;

import dev.orrery.agent.processor.NamespaceLauncher.UnavailableException;
import dev.orrery.protocol.startup.StartupException;
import dev.orrery.worker.AttemptFailedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Starts the programs of jobs: each as the leader of a process group, isolated according to the
 * settings, and optionally as another user.
 */
final class ProgramLauncher implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(ProgramLauncher.class);

  private final GroupLauncher group;
  private final Optional<NamespaceLauncher> namespaces;
  private final Optional<ProgramUser> user;

  private ProgramLauncher(
      GroupLauncher group, Optional<NamespaceLauncher> namespaces, Optional<ProgramUser> user) {
    this.group = group;
    this.namespaces = namespaces;
    this.user = user;
  }

  /**
   * Logs a warning if isolation is configured as optional and not available.
   *
   * @param places of the agent, which programs must not change
   * @param work directories of the programs
   * @throws StartupException if the system cannot satisfy the settings
   */
  static ProgramLauncher open(
      ShellIsolationConfig config,
      AgentPlaces places,
      WorkDirectory work,
      SystemPrograms programs) {
    IsolationMode isolation = IsolationMode.parse(config.isolation());
    GroupLauncher group = group(programs);
    List<Path> hidden =
        new ArrayList<>(FileView.absolute(ShellIsolationConfig.HIDDEN_PATHS, config.hiddenPaths()));
    places.secrets().ifPresent(hidden::add);
    if (isolation == IsolationMode.NONE) {
      requireNoPaths(ShellIsolationConfig.HIDDEN_PATHS, config.hiddenPaths());
      requireNoPaths(ShellIsolationConfig.READ_ONLY_PATHS, config.readOnlyPaths());
      return new ProgramLauncher(group, Optional.empty(), work.user());
    }
    try {
      NamespaceLauncher namespaces = NamespaceLauncher.open(programs, config, places, work);
      noteRoot(work.user());
      return new ProgramLauncher(group, Optional.of(namespaces), work.user());
    } catch (UnavailableException e) {
      fallBack(isolation, hidden, e.getMessage());
    }
    return new ProgramLauncher(group, Optional.empty(), work.user());
  }

  private static void requireNoPaths(String setting, Optional<List<Path>> paths) {
    if (paths.isPresent()) {
      throw new StartupException(
          setting
              + " needs "
              + ShellIsolationConfig.ISOLATION
              + "=namespaces or auto. Change that, or leave the paths out.");
    }
  }

  private static GroupLauncher group(SystemPrograms programs) {
    return GroupLauncher.in(programs)
        .orElseThrow(
            () ->
                new StartupException(
                    "orrery.worker.processors names shell, which needs the program setsid or"
                        + " perl in /usr/bin or /bin. Install one (Debian: util-linux has"
                        + " setsid), or leave shell out."));
  }

  private static void fallBack(IsolationMode mode, List<Path> hidden, String reason) {
    if (mode == IsolationMode.NAMESPACES) {
      throw new StartupException(
          ShellIsolationConfig.ISOLATION
              + "=namespaces, but this system does not allow them: "
              + reason
              + ". Allow them, or set auto or none.");
    }
    LOG.warnf(
        "Shell jobs are not isolated. They can read the agent's token%s, change every file that"
            + " their user may change, and leave processes behind: reason=\"%s\"",
        hidden.isEmpty() ? "" : " and " + hidden, reason);
  }

  private static void noteRoot(Optional<ProgramUser> user) {
    if (user.isEmpty() && ProgramUser.isAgentRoot()) {
      LOG.infof(
          "Shell jobs run as root, so a malicious job can escape its isolation; set %s to run them as another user",
          ShellIsolationConfig.USER);
    }
  }

  /** The user of the programs; empty if it is the agent's user. */
  Optional<ProgramUser> user() {
    return user;
  }

  /**
   * @throws AttemptFailedException if no program may start now
   */
  void requireReady() throws AttemptFailedException {
    if (namespaces.isPresent()) {
      namespaces.get().requireReady();
    }
  }

  /** Recreates the view for the next program, after the work directory was recreated. */
  void renew() {
    namespaces.ifPresent(NamespaceLauncher::close);
  }

  /** Makes the builder start its command through this launcher, in the directory of an attempt. */
  ProcessBuilder apply(ProcessBuilder builder) {
    List<String> command =
        new ArrayList<>(
            namespaces
                .map(launcher -> launcher.prefix(builder.directory().toPath()))
                .or(() -> user.map(ProgramUser::command))
                .orElse(List.of()));
    command.addAll(builder.command());
    return group.apply(builder.command(command));
  }

  @Override
  public void close() {
    namespaces.ifPresent(NamespaceLauncher::close);
  }
}
