package dev.orrery.k8s.alert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.Ports;
import dev.orrery.testing.program.ProcessExit;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** A Prometheus on loopback that scrapes programs, each as a pod, and evaluates alerts. */
final class Prometheus implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final String HOST = "127.0.0.1";
  private static final Duration STARTED = Duration.ofSeconds(30);
  private static final Duration ANSWERED = Duration.ofSeconds(10);
  private static final Duration ENDED = Duration.ofSeconds(10);
  private static final String RULES = "alerts.yaml";
  private static final String TARGETS = "targets.json";

  private final Path directory;
  private final int port;
  private final Process process;
  private final Map<String, Integer> ports = new TreeMap<>();

  private Prometheus(Path directory, int port, Process process) {
    this.directory = directory;
    this.port = port;
    this.process = process;
  }

  /**
   * Starts one, which has no targets yet.
   *
   * @param directory of its own
   * @param metrics the path at which programs export them
   */
  static Prometheus start(Path program, Path directory, String metrics, AlertRules rules)
      throws IOException {
    Files.createDirectories(directory);
    rules.write(directory.resolve(RULES));
    Path settings = directory.resolve("prometheus.yaml");
    Files.writeString(
        settings,
        """
        global: {scrape_interval: 1s, evaluation_interval: 1s}
        rule_files: [%s]
        scrape_configs:
          - job_name: orrery
            metrics_path: %s
            file_sd_configs: [{files: [%s], refresh_interval: 1s}]
        """
            .formatted(RULES, metrics, TARGETS));
    int port = Ports.free();
    Process process =
        new ProcessBuilder(
                program.toString(),
                "--config.file=" + settings,
                "--storage.tsdb.path=" + directory.resolve("data"),
                "--web.listen-address=" + HOST + ":" + port)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("prometheus.log").toFile())
            .start();
    Prometheus prometheus = new Prometheus(directory, port, process);
    Await.until(
        "Prometheus is ready; see " + directory,
        STARTED,
        () -> prometheus.ask("/-/ready").statusCode() == 200);
    return prometheus;
  }

  void addTarget(String pod, int managementPort) throws IOException {
    ports.put(pod, managementPort);
    writeTargets();
  }

  void removeTarget(String pod) throws IOException {
    ports.remove(pod);
    writeTargets();
  }

  private void writeTargets() throws IOException {
    List<Map<String, Object>> targets = new ArrayList<>();
    ports.forEach(
        (pod, number) ->
            targets.add(
                Map.of(
                    "targets",
                    List.of(HOST + ":" + number),
                    "labels",
                    Map.of("namespace", "orrery", "pod", pod))));
    Path next = directory.resolve("next-targets");
    JSON.writeValue(next.toFile(), targets);
    Files.move(next, directory.resolve(TARGETS), StandardCopyOption.ATOMIC_MOVE);
  }

  /** Returns the labels of each series that an expression has now. */
  List<JsonNode> series(String expression) throws IOException {
    String query = URLEncoder.encode(expression, StandardCharsets.UTF_8);
    List<JsonNode> labels = new ArrayList<>();
    get("/api/v1/query?query=" + query)
        .get("result")
        .forEach(each -> labels.add(each.get("metric")));
    return labels;
  }

  /** Returns the summaries of the alerts that fire, one of each series. */
  Map<String, Set<String>> firing() throws IOException {
    Map<String, Set<String>> firing = new TreeMap<>();
    for (JsonNode alert : get("/api/v1/alerts").get("alerts")) {
      firing
          .computeIfAbsent(alert.at("/labels/alertname").asText(), name -> new TreeSet<>())
          .add(alert.at("/annotations/summary").asText());
    }
    return firing;
  }

  /** Returns what Prometheus says of each rule: "ok", or that it could not evaluate it. */
  Map<String, String> health() throws IOException {
    Map<String, String> health = new TreeMap<>();
    for (JsonNode rule : get("/api/v1/rules").at("/groups/0/rules")) {
      health.put(rule.get("name").asText(), rule.get("health").asText());
    }
    return health;
  }

  private JsonNode get(String path) throws IOException {
    JsonNode answer = JSON.readTree(ask(path).body());
    if (!answer.path("status").asText().equals("success")) {
      throw new IOException(path + " gives " + answer);
    }
    return answer.get("data");
  }

  private HttpResponse<String> ask(String path) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + HOST + ":" + port + path))
            .timeout(ANSWERED)
            .build();
    try {
      return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  @Override
  public void close() {
    process.destroy();
    ProcessExit.awaitOrKill(process, ENDED);
  }
}
