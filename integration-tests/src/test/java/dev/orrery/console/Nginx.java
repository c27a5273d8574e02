package dev.orrery.console;

import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.Ports;
import dev.orrery.testing.program.ProgramProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The installed nginx as an ingress that compresses JSON. */
final class Nginx implements AutoCloseable {
  private static final String SETTINGS =
      """
      daemon off;
      master_process off;
      pid nginx.pid;
      error_log stderr;
      events {}
      http {
        access_log off;
        client_body_temp_path body;
        proxy_temp_path proxy;
        fastcgi_temp_path fastcgi;
        uwsgi_temp_path uwsgi;
        scgi_temp_path scgi;
        gzip on;
        gzip_proxied any;
        gzip_types application/json;
        server {
          listen 127.0.0.1:%d;
          location / {
            proxy_pass http://127.0.0.1:%d;
            proxy_http_version 1.1;
            proxy_set_header Host $http_host;
          }
        }
      }
      """;

  private final ProgramProcess process;
  private final int port;

  private Nginx(ProgramProcess process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Returns the program; empty if none is installed. */
  static Optional<Path> program() {
    return Stream.of("/usr/sbin/nginx", "/usr/bin/nginx")
        .map(Path::of)
        .filter(Files::isExecutable)
        .findFirst();
  }

  /**
   * @param directory of the test
   * @param target the port of the scheduler's API
   */
  static Nginx start(Path directory, int target) {
    int port = Ports.free();
    Path home = directory.resolve("nginx");
    Path settings = home.resolve("nginx.conf");
    try {
      Files.createDirectories(home);
      Files.writeString(settings, SETTINGS.formatted(port, target));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    ProgramProcess process =
        ProgramProcess.start(
            List.of(
                program().orElseThrow().toString(),
                "-p",
                home.toString(),
                "-c",
                settings.toString(),
                "-e",
                "stderr"),
            Map.of(),
            home.resolve("nginx.log"));
    Nginx started = new Nginx(process, port);
    Await.until("nginx accepts connections", Duration.ofSeconds(20), started::accepts);
    return started;
  }

  private boolean accepts() {
    process.requireAlive();
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  String origin() {
    return "http://localhost:" + port;
  }

  @Override
  public void close() {
    process.kill();
  }
}
