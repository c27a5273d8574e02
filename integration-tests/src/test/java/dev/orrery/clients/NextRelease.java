package dev.orrery.clients;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** A scheduler of a later v1 release: its tokens have a new role and a new property. */
final class NextRelease implements AutoCloseable {
  private static final String TOKENS =
      """
      {"items": [{"id": "1", "name": "new", "role": "janitor", "createdAt": "2027-01-01T00:00:00Z",
        "expiresAt": null, "color": "red"}], "next": null}
      """;

  private final HttpServer server;

  NextRelease() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] body = TOKENS.getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
