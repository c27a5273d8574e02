package dev.orrery.it.powerjob;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.Ports;
import dev.orrery.testing.program.ProgramProcess;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** PowerJob's own server 4.3.9, from its published jars. */
final class OriginalServer implements AutoCloseable {
  private static final Duration LONGEST_START = Duration.ofMinutes(3);
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final PublishedLibraries libraries;
  private final Path directory;
  private final Storage storage;
  private final int port = Ports.free();
  private ProgramProcess process;

  private OriginalServer(PublishedLibraries libraries, Path directory, Storage storage) {
    this.libraries = libraries;
    this.directory = directory;
    this.storage = storage;
  }

  /**
   * The database of a server.
   *
   * @param options more of the server
   */
  record Storage(String driver, String url, String user, String password, List<String> options) {
    static Storage h2(Path directory) {
      return new Storage(
          "org.h2.Driver",
          "jdbc:h2:file:" + directory.resolve("core") + ";MODE=MySQL;DB_CLOSE_ON_EXIT=FALSE",
          "sa",
          "",
          List.of());
    }
  }

  static OriginalServer start(PublishedLibraries libraries, Path directory, Storage storage) {
    OriginalServer server = new OriginalServer(libraries, directory, storage);
    server.launch();
    return server;
  }

  private void launch() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx768m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    PowerJobProgram.OPENED.forEach(
        name -> command.addAll(List.of("--add-opens", name + "=ALL-UNNAMED")));
    command.addAll(
        List.of(
            "-Duser.home=" + directory,
            "-Dpowerjob.network.local.address=127.0.0.1",
            "-cp",
            libraries.jars(),
            "tech.powerjob.server.PowerJobServerApplication",
            // None of its own profiles, which name databases of its authors.
            "--spring.profiles.active=test-of-import",
            "--server.address=127.0.0.1",
            "--server.port=" + port,
            "--spring.datasource.core.driver-class-name=" + storage.driver(),
            "--spring.datasource.core.jdbc-url=" + storage.url(),
            "--spring.datasource.core.username=" + storage.user(),
            "--spring.datasource.core.password=" + storage.password(),
            "--oms.env=TEST",
            "--oms.mongodb.enable=false",
            "--oms.instanceinfo.retention=7",
            "--oms.container.retention.local=7",
            "--oms.container.retention.remote=-1",
            "--oms.instance.metadata.cache.size=2048",
            "--oms.accurate.select.server.percentage=50",
            "--oms.transporter.active.protocols=HTTP",
            "--oms.transporter.main.protocol=HTTP",
            "--oms.akka.port=" + Ports.free(),
            "--oms.http.port=" + Ports.free()));
    command.addAll(storage.options());
    process = ProgramProcess.start(command, Map.of(), directory.resolve("powerjob-server.log"));
    Await.until(
        () -> "PowerJob's server answers:\n" + process.output(),
        LONGEST_START,
        () -> {
          process.requireAlive();
          return answers();
        });
  }

  private boolean answers() throws IOException {
    try {
      return send(HttpRequest.newBuilder(uri("/server/hello")).build()).statusCode() == 200;
    } catch (ConnectException e) {
      return false;
    }
  }

  private static HttpResponse<String> send(HttpRequest request) throws IOException {
    try {
      return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private URI uri(String path) {
    return URI.create(url() + path);
  }

  String url() {
    return "http://" + address();
  }

  String address() {
    return "127.0.0.1:" + port;
  }

  Storage storage() {
    return storage;
  }

  void createApp(String name, String password) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(uri("/appInfo/save"))
            .header("Content-Type", "application/json")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "{\"appName\":\"" + name + "\",\"password\":\"" + password + "\"}"))
            .build();
    assertThat(send(request).body()).contains("\"success\":true");
  }

  @Override
  public void close() {
    process.close();
  }
}
