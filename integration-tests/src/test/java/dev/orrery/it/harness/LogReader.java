package dev.orrery.it.harness;

import dev.orrery.testing.program.Await;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Follows a log as any client of server-sent events does: reconnects with the id of the last event
 * until the end.
 */
public final class LogReader {
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final URI uri;
  private final String token;
  private final List<String> ids = new CopyOnWriteArrayList<>();
  private final List<String> data = new CopyOnWriteArrayList<>();
  private final AtomicInteger connections = new AtomicInteger();
  private volatile boolean ended;

  LogReader(URI uri, String token) {
    this.uri = uri;
    this.token = token;
    Thread thread = new Thread(this::follow, "log-reader");
    thread.setDaemon(true);
    thread.start();
  }

  private void follow() {
    while (!ended) {
      try {
        read();
      } catch (IOException e) {
        // The scheduler is away: that is what is tested.
        Await.pass(Duration.ofMillis(100));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private void read() throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri).header("Authorization", "Bearer " + token);
    if (!ids.isEmpty()) {
      request.header("Last-Event-ID", ids.get(ids.size() - 1));
    }
    HttpResponse<InputStream> response =
        HTTP.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    if (response.statusCode() != 200) {
      throw new IOException("status " + response.statusCode());
    }
    connections.incrementAndGet();
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
      String name = "";
      String id = null;
      String event = null;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("event:")) {
          name = line.substring(6).strip();
        } else if (line.startsWith("id:")) {
          id = line.substring(3).strip();
        } else if (line.startsWith("data:")) {
          event = line.substring(5).strip();
        } else if (line.isEmpty() && event != null) {
          // Only an event that is whole counts, as the standard says.
          if (name.equals("end")) {
            ended = true;
            return;
          }
          ids.add(id);
          data.add(event);
          event = null;
        }
      }
    }
  }

  public boolean hasEnded() {
    return ended;
  }

  public int connections() {
    return connections.get();
  }

  /** Returns the data of all lines so far. */
  public List<String> data() {
    return List.copyOf(data);
  }
}
