package dev.orrery.agent.processor;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Isolation of programs that the processor {@code shell} starts. */
@ConfigMapping(prefix = "orrery.worker.shell")
public interface ShellIsolationConfig {
  String ISOLATION = "orrery.worker.shell.isolation";
  String USER = "orrery.worker.shell.user";
  String HIDDEN_PATHS = "orrery.worker.shell.hidden-paths";
  String READ_ONLY_PATHS = "orrery.worker.shell.read-only-paths";
  String WRITABLE_PATHS = "orrery.worker.shell.writable-paths";

  /**
   * Isolation of programs from the agent. {@code namespaces}: each program runs in its own Linux
   * namespaces. It sees only the processes that it starts, all of them end with it, and it cannot
   * read the agent's token. Unless it runs as root, it cannot become another user, with {@code
   * sudo} for example. {@code none}: programs see and end whatever the agent's user may. {@code
   * auto}: {@code namespaces} where the system allows them, otherwise {@code none} and a warning at
   * the start.
   */
  @WithDefault("auto")
  String isolation();

  /**
   * User of the system that programs run as, with its groups. Only an agent that runs as root can
   * change users. Default: the user of the agent.
   */
  Optional<String> user();

  /**
   * Absolute paths of files and directories that programs cannot read, separated by commas; needs
   * {@code namespaces}. A file is hidden with its whole directory. The file of the token is always
   * among them.
   */
  Optional<List<Path>> hiddenPaths();

  /**
   * Absolute paths that programs cannot change, separated by commas; needs {@code namespaces}. The
   * installation, the directory in which the agent was started, and the files of the home directory
   * are always among them.
   */
  Optional<List<Path>> readOnlyPaths();

  /**
   * Absolute paths inside of read-only ones that programs can change, separated by commas. A
   * directory in {@code /tmp} is the same one for all programs.
   */
  Optional<List<Path>> writablePaths();
}
