package dev.orrery.it.harness;

import dev.orrery.testing.program.Ports;
import dev.orrery.testing.program.ProgramProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The pooler pgbouncer in front of a server. */
public final class PgBouncer implements AutoCloseable {
  private final ProgramProcess process;
  private final int port;

  private PgBouncer(ProgramProcess process, int port) {
    this.process = process;
    this.port = port;
  }

  /**
   * Starts a pooler.
   *
   * @param program the installed one
   * @param directory of the test
   * @param poolMode {@code session} or {@code transaction}
   */
  public static PgBouncer start(Path program, Path directory, Postgres server, String poolMode) {
    int port = Ports.free();
    Path users = directory.resolve("pgbouncer-users");
    Path settings = directory.resolve("pgbouncer-" + poolMode + ".ini");
    try {
      Files.writeString(users, "\"%s\" \"%s\"\n".formatted(Postgres.USER, Postgres.PASSWORD));
      Files.writeString(
          settings,
          """
          [databases]
          postgres = host=127.0.0.1 port=%d
          [pgbouncer]
          listen_addr = 127.0.0.1
          listen_port = %d
          unix_socket_dir =
          auth_type = scram-sha-256
          auth_file = %s
          pool_mode = %s
          default_pool_size = 25
          server_login_retry = 1
          """
              .formatted(server.port(), port, users, poolMode));
      List<String> command = new ArrayList<>();
      if ("root".equals(System.getProperty("user.name"))) {
        // It refuses to run as root.
        command.addAll(List.of("unshare", "--user"));
      }
      command.addAll(List.of(program.toString(), settings.toString()));
      Path log = directory.resolve("pgbouncer-" + poolMode + ".log");
      return new PgBouncer(ProgramProcess.start(command, Map.of(), log), port);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int port() {
    return port;
  }

  @Override
  public void close() {
    process.kill();
  }
}
