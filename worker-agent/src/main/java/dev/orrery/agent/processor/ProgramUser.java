package dev.orrery.agent.processor;

import dev.orrery.protocol.startup.StartupException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.List;

/** A user of the system that programs of jobs run as, in place of the agent's user. */
final class ProgramUser {
  private static final String ROOT = "root";

  private final UserPrincipal principal;
  private final String group;

  private ProgramUser(UserPrincipal principal, String group) {
    this.principal = principal;
    this.group = group;
  }

  /**
   * Looks up a user and its primary group.
   *
   * @throws StartupException if the system has no such user, or the agent does not run as root
   */
  static ProgramUser named(String name, SystemPrograms programs) {
    if (!isAgentRoot()) {
      throw refused(
          name, "only root can start programs as another user. Run the agent as root, or");
    }
    try {
      UserPrincipal principal =
          FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName(name);
      return new ProgramUser(principal, primaryGroup(name, programs));
    } catch (IOException e) {
      throw refused(name, "this system has no such user. Name another one, or");
    }
  }

  private static StartupException refused(String name, String reason) {
    return new StartupException(
        ShellProcessorConfig.USER + " is '" + name + "', but " + reason + " leave it out.");
  }

  private static String primaryGroup(String name, SystemPrograms programs) throws IOException {
    Process id = new ProcessBuilder(programs.require("id"), "-g", "--", name).start();
    return new String(id.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
  }

  /** Returns true if the agent runs as root. */
  static boolean isAgentRoot() {
    return ROOT.equals(System.getProperty("user.name"));
  }

  /** The options of {@code setpriv} that change to the user and to all its groups. */
  List<String> options() {
    return List.of("--reuid=" + principal.getName(), "--regid=" + group, "--init-groups");
  }

  /** Makes the user the owner of a file or directory of the agent. */
  void own(Path file) throws IOException {
    Files.setOwner(file, principal);
  }
}
