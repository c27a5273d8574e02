package dev.orrery.scheduler.database.embedded;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The command lines of the embedded server, with its settings. */
final class ServerCommand {
  private static final Path SETSID = Path.of("/usr/bin/setsid");

  private ServerCommand() {}

  /** Creates the data of a server in this directory; its password is in the data directory. */
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
    settings(directory, port)
        .forEach(
            (name, value) -> {
              arguments.add("-c");
              arguments.add(name + "=" + value);
            });
    return of(programs, "postgres", arguments);
  }

  private static Map<String, String> settings(DataDirectory directory, int port) {
    Map<String, String> settings = new TreeMap<>();
    settings.put("listen_addresses", "127.0.0.1");
    settings.put("unix_socket_directories", "");
    settings.put("port", Integer.toString(port));
    settings.put("fsync", "on");
    settings.put("synchronous_commit", "on");
    settings.put("full_page_writes", "on");
    settings.put("max_connections", "100");
    settings.put("shared_buffers", "256MB");
    settings.put("max_wal_size", "2GB");
    // The tables of the queue turn over within seconds.
    settings.put("autovacuum_naptime", "5s");
    settings.put("shared_preload_libraries", "pg_stat_statements");
    settings.put("logging_collector", "on");
    settings.put("log_directory", directory.serverLogs().toString());
    settings.put("log_filename", "postgres-%a.log");
    settings.put("log_truncate_on_rotation", "on");
    settings.put("log_timezone", "UTC");
    settings.put("timezone", "UTC");
    return settings;
  }

  private static List<String> of(ServerPrograms programs, String name, List<String> arguments) {
    List<String> command = new ArrayList<>();
    if (Files.isExecutable(SETSID)) {
      // Ctrl-C goes to all of the terminal's group, and the database must outlive the service.
      command.add(SETSID.toString());
    }
    if ("root".equals(System.getProperty("user.name"))) {
      // PostgreSQL refuses to run as root; in a user namespace of its own it does not see that.
      command.add("unshare");
      command.add("--user");
    }
    command.add(programs.program(name).toString());
    command.addAll(arguments);
    return command;
  }
}
