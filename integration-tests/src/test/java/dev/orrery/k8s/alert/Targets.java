package dev.orrery.k8s.alert;

import dev.orrery.k8s.alert.History.Round;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Scrapes real programs, each as a pod. */
final class Targets {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final String path;
  private final long start = System.nanoTime();
  private final Map<String, Integer> ports = new TreeMap<>();
  private final History history = new History();

  /**
   * @param path of the metrics
   */
  Targets(String path) {
    this.path = path;
  }

  void add(String pod, int port) {
    ports.put(pod, port);
  }

  void remove(String pod) {
    ports.remove(pod);
  }

  /** Scrapes each target once; the round omits targets that do not respond. */
  History scrape() throws InterruptedException {
    List<Sample> samples = new ArrayList<>();
    for (Map.Entry<String, Integer> target : ports.entrySet()) {
      Sample.read(exposition(target.getValue()), target.getKey()).stream()
          .filter(sample -> sample.metric().startsWith("orrery_"))
          .map(sample -> sample.with("namespace", "orrery"))
          .forEach(samples::add);
    }
    history.add(new Round(Duration.ofNanos(System.nanoTime() - start), samples));
    return history;
  }

  private String exposition(int port) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .header("Accept", "text/plain")
            .timeout(TIMEOUT)
            .build();
    try {
      return HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body();
    } catch (IOException e) {
      // Nobody listens there any more.
      return "";
    }
  }
}
