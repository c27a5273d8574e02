package dev.orrery.it.harness;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.testing.program.Await;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import javax.net.ssl.SSLContext;

/** A client of the REST API with one token. */
public final class Api {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PREFIX = "/api/v1";
  private static final Duration CONNECTED = Duration.ofSeconds(2);

  /** The maximum time of a process's first handshake, which loads much code. */
  private static final Duration SHAKEN_HANDS = Duration.ofSeconds(20);

  private static final Duration PAUSE = Duration.ofMillis(100);

  private final HttpClient http;
  private final String scheme;
  private final int port;
  private final String token;
  private final Duration longestOutage;

  private Api(HttpClient http, String scheme, int port, String token, Duration longestOutage) {
    this.http = http;
    this.scheme = scheme;
    this.port = port;
    this.token = token;
    this.longestOutage = longestOutage;
  }

  public Api(int port, String token) {
    this(client(CONNECTED).build(), "http", port, token, Duration.ZERO);
  }

  /** Creates a client over TLS with the trust of this context. */
  public static Api overTls(int port, String token, SSLContext context) {
    return new Api(
        client(SHAKEN_HANDS).sslContext(context).build(), "https", port, token, Duration.ZERO);
  }

  private static HttpClient.Builder client(Duration longestConnect) {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .connectTimeout(longestConnect);
  }

  public String token() {
    return token;
  }

  /** Returns a client with the same token for another port. */
  public Api at(int otherPort) {
    return new Api(http, scheme, otherPort, token, longestOutage);
  }

  /**
   * Returns a client that repeats a call with its Idempotency-Key after a 503, for up to this time.
   * Open connections of the scheduler fail after a database restart that was too short to be
   * detected.
   */
  public Api throughOutage(Duration longest) {
    return new Api(http, scheme, port, token, longest);
  }

  public record Answer(int status, JsonNode body) {}

  public Answer call(String method, String path, String body) throws IOException {
    return callAt(method, PREFIX + path, body);
  }

  /**
   * Calls a path outside the API.
   *
   * @param path such as {@code /q/openapi}
   */
  public Answer callAt(String method, String path, String body) throws IOException {
    return send(request(method, path, body).build());
  }

  public Answer callOnce(String key, String method, String path, String body) throws IOException {
    return send(request(method, PREFIX + path, body).header("Idempotency-Key", key).build());
  }

  private HttpRequest.Builder request(String method, String path, String body) {
    return JsonRequest.of(
            method, scheme + "://localhost:" + port + path, token, body, Duration.ofSeconds(30))
        .header("Accept", "application/json");
  }

  private Answer send(HttpRequest request) throws IOException {
    try {
      HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
      return new Answer(
          response.statusCode(),
          response.body().isEmpty() ? JSON.createObjectNode() : JSON.readTree(response.body()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private JsonNode ok(String method, String path, String body) {
    try {
      Answer answer =
          longestOutage.isZero() ? call(method, path, body) : callAgain(method, path, body);
      if (answer.status() / 100 != 2) {
        throw new AssertionError(method + " " + path + " gives " + answer);
      }
      return answer.body();
    } catch (IOException e) {
      throw new AssertionError(method + " " + path + " failed", e);
    }
  }

  private Answer callAgain(String method, String path, String body) throws IOException {
    String key = UUID.randomUUID().toString();
    long until = System.nanoTime() + longestOutage.toNanos();
    Answer answer = callOnce(key, method, path, body);
    while (answer.status() == 503 && System.nanoTime() < until) {
      Await.pass(PAUSE);
      answer = callOnce(key, method, path, body);
    }
    return answer;
  }

  public JsonNode get(String path) {
    return ok("GET", path, null);
  }

  public String newToken(String app, String role) {
    return ok("POST", "/apps/" + app + "/tokens", "{\"role\":\"" + role + "\"}")
        .get("token")
        .asText();
  }

  public void putApp(String app) {
    ok("PUT", "/apps/" + app, "{}");
  }

  public void putJob(String app, String job, String document) {
    ok("PUT", "/apps/" + app + "/jobs/" + job, document);
  }

  /** Returns the instance id. */
  public String run(String app, String job) {
    return ok("POST", "/apps/" + app + "/jobs/" + job + "/instances", "{}").get("id").asText();
  }

  /** Returns the instance ids. */
  public List<String> runMany(String app, String job, int count) {
    List<String> ids = new ArrayList<>();
    ok(
            "POST",
            "/apps/" + app + "/instances",
            "{\"instances\":[{\"job\":\"" + job + "\",\"count\":" + count + "}]}")
        .get("ids")
        .forEach(id -> ids.add(id.asText()));
    return ids;
  }

  public JsonNode instance(String id) {
    return get("/instances/" + id);
  }

  public String state(String id) {
    return instance(id).get("state").asText();
  }

  /** Runs an ended instance again; returns the id of the new one. */
  public String retry(String id) {
    return ok("POST", "/instances/" + id + "/retry", null).get("id").asText();
  }

  public void cancel(String id) {
    ok("POST", "/instances/" + id + "/cancel", null);
  }

  /** Returns all instances of a job, newest first. */
  public List<JsonNode> instances(String app, String job) {
    List<JsonNode> all = new ArrayList<>();
    String after = "";
    do {
      JsonNode page = get("/apps/" + app + "/instances?limit=500&job=" + job + after);
      page.get("items").forEach(all::add);
      after = page.hasNonNull("next") ? "&after=" + page.get("next").asText() : "";
    } while (!after.isEmpty());
    return all;
  }

  /** Returns the number of a job's instances by state. */
  public Map<String, Integer> states(String app, String job) {
    Map<String, Integer> states = new TreeMap<>();
    instances(app, job).forEach(i -> states.merge(i.get("state").asText(), 1, Integer::sum));
    return states;
  }

  public void awaitState(String id, String state, Duration longest) {
    Await.until("instance " + id + " is " + state, longest, () -> state(id).equals(state));
  }

  public void awaitLog(String id, String text, Duration longest) {
    Await.until(
        "the log of instance " + id + " contains '" + text + "'",
        longest,
        () -> get("/instances/" + id + "/logs").toString().contains(text));
  }
}
