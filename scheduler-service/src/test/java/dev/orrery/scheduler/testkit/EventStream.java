package dev.orrery.scheduler.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.restassured.RestAssured;
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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Reads server-sent events as they come. */
public final class EventStream implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final InputStream body;
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();

  /** One event; the last of all has the name {@code (closed)}. */
  public record Event(String name, String id, String data) {
    public JsonNode json() {
      try {
        return JSON.readTree(data);
      } catch (IOException e) {
        throw new IllegalStateException(data, e);
      }
    }
  }

  private EventStream(InputStream body) {
    this.body = body;
    Thread reader = new Thread(this::read, "event-stream");
    reader.setDaemon(true);
    reader.start();
  }

  public static EventStream open(String token, String path, String... headers) {
    HttpRequest.Builder request = request(path).header("Authorization", "Bearer " + token);
    if (headers.length > 0) {
      request.headers(headers);
    }
    return open(request);
  }

  /** Follows by the cookie of a browser. */
  public static EventStream openBy(String cookie, String path) {
    return open(request(path).header("Cookie", cookie));
  }

  private static HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://localhost:" + RestAssured.port + path))
        .timeout(Duration.ofSeconds(10));
  }

  private static EventStream open(HttpRequest.Builder request) {
    try {
      HttpResponse<InputStream> response =
          CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.headers().firstValue("Content-Type").orElse(""))
          .startsWith("text/event-stream");
      assertThat(response.headers().firstValue("Cache-Control")).contains("no-store");
      return new EventStream(response.body());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private void read() {
    String name = "message";
    String id = null;
    StringBuilder data = new StringBuilder();
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("event:")) {
          name = line.substring(6).strip();
        } else if (line.startsWith("id:")) {
          id = line.substring(3).strip();
        } else if (line.startsWith("data:")) {
          data.append(line.substring(5).strip());
        } else if (line.isEmpty() && !data.isEmpty()) {
          events.add(new Event(name, id, data.toString()));
          name = "message";
          id = null;
          data.setLength(0);
        }
      }
    } catch (IOException e) {
      events.add(new Event("(broken)", null, String.valueOf(e.getMessage())));
    }
    events.add(new Event("(closed)", null, ""));
  }

  /** The next event, which is to come within some seconds. */
  public Event next() {
    try {
      Event event = events.poll(20, TimeUnit.SECONDS);
      assertThat(event).as("an event").isNotNull();
      return event;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The texts of the next events, which are to be lines. */
  public List<String> texts(int count) {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Event event = next();
      assertThat(event.name()).as("after " + texts + ": " + event).isEqualTo("message");
      texts.add(event.json().path("text").asText());
    }
    return texts;
  }

  /** The state that the event {@code end} tells, which is to be next, with nothing behind it. */
  public String end() {
    Event event = next();
    assertThat(event.name()).as(event.toString()).isEqualTo("end");
    assertThat(next().name()).isEqualTo("(closed)");
    return event.json().path("state").asText(null);
  }

  /** Waits until the stream has ended without an event. */
  public void awaitClosed(Duration atMost) {
    try {
      Event event = events.poll(atMost.toMillis(), TimeUnit.MILLISECONDS);
      assertThat(event).as("the end of the stream within " + atMost).isNotNull();
      assertThat(event.name()).as(event.toString()).isEqualTo("(closed)");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  public boolean isSilent() {
    return events.isEmpty();
  }

  @Override
  public void close() {
    try {
      body.close();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
