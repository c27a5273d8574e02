package dev.orrery.cli.status;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.cli.client.AnswerJson;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.Optional;

/**
 * Queries the health endpoints of a scheduler from this machine, and checks which of its ports
 * accept connections.
 */
final class HealthProbe {
  private static final int CONNECT_MILLIS = 2_000;

  /** During a database outage, health responds only after its wait for a connection (5 s). */
  private static final int ANSWER_MILLIS = 15_000;

  private final String host;

  HealthProbe(String host) {
    this.host = host;
  }

  boolean accepts(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host.replaceAll("[\\[\\]]", ""), port), CONNECT_MILLIS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Returns the health checks of the program with this management port; empty if it does not
   * respond.
   */
  Optional<JsonNode> health(int port) {
    try {
      HttpURLConnection connection =
          (HttpURLConnection)
              URI.create("http://" + host + ":" + port + "/q/health").toURL().openConnection();
      connection.setRequestProperty("Accept-Encoding", "identity");
      connection.setConnectTimeout(CONNECT_MILLIS);
      connection.setReadTimeout(ANSWER_MILLIS);
      boolean up = connection.getResponseCode() == HttpURLConnection.HTTP_OK;
      try (InputStream body = up ? connection.getInputStream() : connection.getErrorStream()) {
        return body == null
            ? Optional.empty()
            : Optional.of(AnswerJson.mapper().readTree(body).path("checks"))
                .filter(JsonNode::isArray);
      }
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
