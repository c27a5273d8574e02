package dev.orrery.cli.quickstart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A minimal Kubernetes API server for the setup: it allows to read, apply and patch a few Secrets
 * by name, and forbids everything else.
 */
final class FakeApiServer implements AutoCloseable {
  static final String TOKEN = "token-of-the-service-account";
  private static final String SECRETS = "/api/v1/namespaces/team/secrets/";

  private final HttpServer server;
  private final ObjectMapper json = new ObjectMapper();
  private final Map<String, ObjectNode> secrets = new TreeMap<>();
  private final List<String> changes = new ArrayList<>();
  private final Set<String> allowed;
  private Runnable beforeTheNextChange = () -> {};
  private int version;

  /**
   * @param allowed names of the Secrets
   */
  FakeApiServer(String... allowed) throws IOException {
    this.allowed = Set.of(allowed);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** Writes the Secret as another client. */
  synchronized void set(String name, String key, String value) {
    ObjectNode secret = secrets.computeIfAbsent(name, this::empty);
    secret.withObject("/data").put(key, encoded(value));
    secret.withObject("/metadata").put("resourceVersion", Integer.toString(++version));
  }

  synchronized String value(String name, String key) {
    String encoded = secrets.get(name).path("data").path(key).asText();
    return new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
  }

  synchronized JsonNode secret(String name) {
    return secrets.get(name);
  }

  synchronized List<String> changes() {
    return List.copyOf(changes);
  }

  /** Runs a concurrent change before the next one. */
  synchronized void beforeTheNextChange(Runnable change) {
    beforeTheNextChange = change;
  }

  private ObjectNode empty(String name) {
    ObjectNode secret = json.createObjectNode().put("apiVersion", "v1").put("kind", "Secret");
    secret.putObject("metadata").put("name", name);
    return secret;
  }

  private static String encoded(String value) {
    return Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8));
  }

  private synchronized void answer(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    String path = exchange.getRequestURI().getPath();
    String name = path.startsWith(SECRETS) ? path.substring(SECRETS.length()) : "";
    if (!("Bearer " + TOKEN).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
      send(exchange, 401, status("Unauthorized"));
    } else if (!allowed.contains(name)) {
      send(exchange, 403, status("secrets \"" + name + "\" is forbidden"));
    } else if (exchange.getRequestMethod().equals("GET")) {
      ObjectNode found = secrets.get(name);
      send(exchange, found == null ? 404 : 200, found == null ? status("not found") : found);
    } else if (exchange.getRequestMethod().equals("PATCH")) {
      Runnable first = beforeTheNextChange;
      beforeTheNextChange = () -> {};
      first.run();
      patch(exchange, name, (ObjectNode) json.readTree(body));
    } else {
      send(exchange, 403, status(exchange.getRequestMethod() + " is forbidden"));
    }
  }

  private void patch(HttpExchange exchange, String name, ObjectNode patch) throws IOException {
    String type = exchange.getRequestHeaders().getFirst("Content-Type");
    ObjectNode present = secrets.get(name);
    boolean conflict;
    switch (type) {
      case "application/apply-patch+yaml" ->
          conflict =
              present != null
                  && patch.path("data").properties().stream()
                      .anyMatch(entry -> present.path("data").has(entry.getKey()));
      case "application/merge-patch+json" -> {
        if (present == null) {
          send(exchange, 404, status("not found"));
          return;
        }
        JsonNode read = patch.at("/metadata/resourceVersion");
        conflict = !read.isMissingNode() && !read.equals(present.at("/metadata/resourceVersion"));
      }
      default -> {
        send(exchange, 415, status("unsupported: " + type));
        return;
      }
    }
    if (conflict) {
      send(exchange, 409, status("conflict"));
      return;
    }
    ObjectNode secret = secrets.computeIfAbsent(name, this::empty);
    secret.withObject("/data").setAll((ObjectNode) patch.get("data"));
    secret.withObject("/metadata").setAll((ObjectNode) patch.get("metadata"));
    secret.withObject("/metadata").put("resourceVersion", Integer.toString(++version));
    changes.add(exchange.getRequestURI().toString());
    send(exchange, present == null ? 201 : 200, secret);
  }

  private ObjectNode status(String message) {
    return json.createObjectNode().put("kind", "Status").put("message", message);
  }

  private void send(HttpExchange exchange, int status, JsonNode body) throws IOException {
    byte[] bytes = json.writeValueAsBytes(body);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
