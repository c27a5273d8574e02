package dev.orrery.scheduler.http.connection;

import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * Recognizes the requests to the port of the protocol {@code http}, which shares its routes with
 * the API port.
 */
@ApplicationScoped
public class WorkerPort {
  private static final int NOT_BOUND = -1;

  private volatile int number = NOT_BOUND;

  public void bound(int port) {
    number = port;
  }

  public boolean carries(HttpServerRequest request) {
    return request.localAddress().port() == number;
  }
}
