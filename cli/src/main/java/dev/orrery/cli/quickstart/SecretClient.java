package dev.orrery.cli.quickstart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.cli.client.AnswerJson;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Reads and completes the Secrets of a namespace through the API server of Kubernetes.
 *
 * <p>Each request names its Secret, so that a Role can restrict it by {@code resourceNames}.
 * Therefore a new Secret is created by server-side apply: the URL of a POST does not contain a
 * name, and could only be allowed for all Secrets of a namespace.
 */
final class SecretClient {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final int TRIES = 5;
  private static final int OK = 200;
  private static final int CREATED = 201;
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;
  private static final String NOTHING = "";

  private final HttpClient http;
  private final URI namespace;
  private final Supplier<String> token;
  private final ObjectMapper json = AnswerJson.mapper();

  /**
   * @param apiServer its address, without a path
   * @param token called before every request, because the kubelet rotates the token
   */
  SecretClient(HttpClient http, URI apiServer, String namespace, Supplier<String> token) {
    this.http = http;
    this.namespace = apiServer.resolve("/api/v1/namespaces/" + namespace + "/secrets/");
    this.token = token;
  }

  /** The API server refused a request. */
  static final class RefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    RefusedException(String message) {
      super(message);
    }
  }

  private record Answer(int status, JsonNode body) {}

  /** Returns the values of a Secret by key; empty if the Secret does not exist. */
  Map<String, String> read(String name) throws IOException, InterruptedException {
    return values(get(name));
  }

  /**
   * Adds the missing keys, and creates the Secret if it does not exist. Existing keys keep their
   * values.
   *
   * @param wanted creates the value of a missing key
   * @return all current values of the Secret
   */
  Map<String, String> complete(String name, Map<String, Supplier<String>> wanted)
      throws IOException, InterruptedException {
    for (int tries = 0; tries < TRIES; tries++) {
      JsonNode present = get(name);
      Map<String, String> values = values(present);
      Map<String, String> missing = new TreeMap<>();
      wanted.forEach(
          (key, value) -> {
            if (!values.containsKey(key)) {
              missing.put(key, value.get());
            }
          });
      if (missing.isEmpty()) {
        return values;
      }
      Answer answer = present.isMissingNode() ? create(name, missing) : add(name, present, missing);
      if (answer.status() == OK || answer.status() == CREATED) {
        return values(answer.body());
      }
      // Another client was faster: read the current Secret again.
      if (answer.status() != CONFLICT) {
        throw refused("PATCH", name, answer);
      }
    }
    throw new RefusedException(
        "The Secret " + name + " kept changing; gave up after " + TRIES + " attempts");
  }

  private JsonNode get(String name) throws IOException, InterruptedException {
    Answer answer = send(request(name, NOTHING).GET().build());
    if (answer.status() == NOT_FOUND) {
      return json.missingNode();
    }
    if (answer.status() != OK) {
      throw refused("GET", name, answer);
    }
    return answer.body();
  }

  /** Without force, so that a key of another field manager is a conflict. */
  private Answer create(String name, Map<String, String> values)
      throws IOException, InterruptedException {
    ObjectNode secret = json.createObjectNode().put("apiVersion", "v1").put("kind", "Secret");
    secret
        .putObject("metadata")
        .put("name", name)
        .putObject("labels")
        .put("app.kubernetes.io/name", "orrery");
    secret.put("type", "Opaque");
    secret.set("data", data(values));
    return patch(name, "?fieldManager=orrery-setup", "application/apply-patch+yaml", secret);
  }

  /** Sends the resource version, so that a concurrent change of the Secret is a conflict. */
  private Answer add(String name, JsonNode present, Map<String, String> values)
      throws IOException, InterruptedException {
    ObjectNode patch = json.createObjectNode();
    patch.putObject("metadata").set("resourceVersion", present.at("/metadata/resourceVersion"));
    patch.set("data", data(values));
    return patch(name, "?fieldManager=orrery-setup", "application/merge-patch+json", patch);
  }

  private Answer patch(String name, String query, String type, ObjectNode body)
      throws IOException, InterruptedException {
    return send(
        request(name, query)
            .header("Content-Type", type)
            .method("PATCH", HttpRequest.BodyPublishers.ofByteArray(json.writeValueAsBytes(body)))
            .build());
  }

  private HttpRequest.Builder request(String name, String query) {
    return HttpRequest.newBuilder(namespace.resolve(name + query))
        .timeout(TIMEOUT)
        .header("Accept", "application/json")
        .header("Authorization", "Bearer " + token.get());
  }

  private Answer send(HttpRequest request) throws IOException, InterruptedException {
    HttpResponse<InputStream> response =
        http.send(request, HttpResponse.BodyHandlers.ofInputStream());
    try (InputStream body = response.body()) {
      return new Answer(response.statusCode(), json.readTree(body));
    }
  }

  /** Uses the API server's message, which contains no values. */
  private static RefusedException refused(String method, String name, Answer answer) {
    return new RefusedException(
        method
            + " of the Secret "
            + name
            + " was answered with "
            + answer.status()
            + ": "
            + answer.body().path("message").asText("no message"));
  }

  private ObjectNode data(Map<String, String> values) {
    ObjectNode data = json.createObjectNode();
    values.forEach(
        (key, value) ->
            data.put(
                key, Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8))));
    return data;
  }

  private static Map<String, String> values(JsonNode secret) {
    Map<String, String> values = new TreeMap<>();
    secret
        .path("data")
        .properties()
        .forEach(
            entry ->
                values.put(
                    entry.getKey(),
                    new String(
                        Base64.getDecoder().decode(entry.getValue().asText()),
                        StandardCharsets.UTF_8)));
    return values;
  }
}
