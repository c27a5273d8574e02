package dev.orrery.worker.quarkus.deployment;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** A server that lists jobs for any app, and answers everything else as one without a scheduler. */
final class JobsApi implements AutoCloseable {
  /** A system property with other jobs: the classes of all loaders share it. */
  static final String JOBS = "test.jobs";

  private static final String FIRST_JOBS = "{\"name\":\"send-invoice\"},{\"name\":\"print\"}";

  private final HttpServer server;

  JobsApi() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext(
        "/",
        exchange -> {
          String jobs = System.getProperty(JOBS, FIRST_JOBS);
          byte[] answer = ("{\"items\":[" + jobs + "]}").getBytes(StandardCharsets.UTF_8);
          boolean isList = exchange.getRequestMethod().equals("GET");
          exchange.sendResponseHeaders(isList ? 200 : 503, answer.length);
          exchange.getResponseBody().write(answer);
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
