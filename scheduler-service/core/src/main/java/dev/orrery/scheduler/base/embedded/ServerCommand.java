package dev.orrery.scheduler.base.embedded;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Builds the command lines that create and start the embedded server. */
final class ServerCommand {
  private static final Path SETSID = Path.of("/usr/bin/setsid");

  private ServerCommand() {}

  /**
   * Returns the command that creates the data of a server in this directory, with the password from
   * the data directory.
   */
  static List<String> initdb(
      ServerPrograms programs, DataDirectory directory, Path data, String user) {
    return of(
        programs,
        "initdb",
        List.of(
            "--pgdata=" + data,
            "--username=" + user,
            "--auth=scram-sha-256",
            "--pwfile=" + directory.postgresData().resolveSibling("database-password"),
            "--encoding=UTF8",
            "--locale=C"));
  }

  static List<String> postgres(ServerPrograms programs, DataDirectory directory, int port) {
    List<String> arguments = new ArrayList<>();
    arguments.add("-D");
    arguments.add(directory.postgresData().toString());
    ServerSettings.of(directory, port)
        .forEach(
            (name, value) -> {
              arguments.add("-c");
              arguments.add(name + "=" + value);
            });
    return of(programs, "postgres", arguments);
  }

  private static List<String> of(ServerPrograms programs, String name, List<String> arguments) {
    List<String> command = new ArrayList<>();
    if (Files.isExecutable(SETSID)) {
      // Ctrl-C reaches all processes of the terminal's group, and the database must outlive the
      // service.
      command.add(SETSID.toString());
    }
    if ("root".equals(System.getProperty("user.name"))) {
      // PostgreSQL refuses to run as root; in its own user namespace it has another user id.
      command.add("unshare");
      command.add("--user");
    }
    command.add(programs.program(name).toString());
    command.addAll(arguments);
    return command;
  }
}
