package dev.orrery.agent.processor;

import dev.orrery.protocol.startup.StartupException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileOwnerAttributeView;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The system user as which the programs of jobs run, if it is not the agent's user. */
final class ProgramUser {
  private static final String ROOT = "root";

  /** The field of the home directory in an entry of {@code passwd}. */
  private static final int HOME = 5;

  private static final Pattern NUMBER = Pattern.compile("[0-9]+");

  private final UserPrincipal principal;
  private final String group;
  private final SystemPrograms programs;
  private final String setpriv;
  private final String rm;
  private final String find;
  private final String chmod;

  private ProgramUser(UserPrincipal principal, String group, SystemPrograms programs) {
    this.principal = principal;
    this.group = group;
    this.programs = programs;
    this.setpriv = programs.require("setpriv");
    this.rm = programs.require("rm");
    this.find = programs.require("find");
    this.chmod = programs.require("chmod");
  }

  /**
   * Looks up a user and its primary group.
   *
   * @throws StartupException if the system has no such user or lacks a program, or if the agent
   *     does not run as root
   */
  static ProgramUser named(String name, SystemPrograms programs) {
    if (!isAgentRoot()) {
      throw refused(
          name, "only root can start programs as another user. Run the agent as root, or");
    }
    try {
      UserPrincipal principal =
          FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName(name);
      return new ProgramUser(principal, primaryGroup(name, programs), programs);
    } catch (IOException e) {
      throw refused(name, "this system has no such user. Name another one, or");
    }
  }

  private static StartupException refused(String name, String reason) {
    return new StartupException(
        ShellIsolationConfig.USER + " is '" + name + "', but " + reason + " leave it out.");
  }

  private static String primaryGroup(String name, SystemPrograms programs) throws IOException {
    Process id = new ProcessBuilder(programs.require("id"), "-g", "--", name).start();
    String group =
        new String(id.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
    if (!NUMBER.matcher(group).matches()) {
      throw new IOException("id reports no group of " + name);
    }
    return group;
  }

  String name() {
    return principal.getName();
  }

  /** Returns the command prefix to run as this user. */
  List<String> command() {
    List<String> command = new ArrayList<>();
    command.add(setpriv);
    command.addAll(options());
    command.add("--");
    return command;
  }

  /**
   * Deletes the content of a directory that this user owns, whatever its modes, as this user. Root
   * must not follow the paths below it, because other processes of the user may replace them by
   * links.
   */
  void empty(Path directory) throws IOException {
    // It fails at the directory itself, which its parent protects.
    List<String> deletion = List.of(rm, "-rf", "--", directory.toString());
    execute(deletion);
    if (isEmpty(directory)) {
      return;
    }
    List<String> permission = new ArrayList<>(List.of(find, directory.toString()));
    permission.addAll(
        List.of("-type", "d", "!", "-perm", "-700", "-exec", chmod, "u+rwx", "{}", ";"));
    execute(permission);
    execute(deletion);
  }

  private static boolean isEmpty(Path directory) throws IOException {
    try (DirectoryStream<Path> content = Files.newDirectoryStream(directory)) {
      return !content.iterator().hasNext();
    }
  }

  private void execute(List<String> program) throws IOException {
    List<String> command = command();
    command.addAll(program);
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    process.onExit().join();
  }

  /** Returns true if the user owns the file itself, which may be a link. */
  boolean owns(Path file) throws IOException {
    return Files.getOwner(file, LinkOption.NOFOLLOW_LINKS).equals(principal);
  }

  /** Returns the user's home directory; empty if the system does not report it. */
  Optional<Path> home() throws IOException {
    Optional<String> getent = programs.find("getent");
    if (getent.isEmpty()) {
      return Optional.empty();
    }
    Process process = new ProcessBuilder(getent.get(), "passwd", "--", principal.getName()).start();
    String[] fields =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).split(":", -1);
    return fields.length > HOME && fields[HOME].startsWith("/")
        ? Optional.of(Path.of(fields[HOME]))
        : Optional.empty();
  }

  static boolean isAgentRoot() {
    return ROOT.equals(System.getProperty("user.name"));
  }

  /** Returns the {@code setpriv} options that change to the user and all its groups. */
  List<String> options() {
    return List.of("--reuid=" + principal.getName(), "--regid=" + group, "--init-groups");
  }

  /** Makes the user the owner of a file or directory of the agent. Does not follow links. */
  void own(Path file) throws IOException {
    Files.getFileAttributeView(file, FileOwnerAttributeView.class, LinkOption.NOFOLLOW_LINKS)
        .setOwner(principal);
  }
}
