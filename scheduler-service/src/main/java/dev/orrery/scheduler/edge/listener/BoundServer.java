package dev.orrery.scheduler.edge.listener;

import dev.orrery.protocol.startup.StartupException;
import io.vertx.core.http.HttpServer;
import java.util.concurrent.CompletionException;

/** An HTTP server of Vert.x that is bound to its port. */
public final class BoundServer {
  private final HttpServer server;

  private BoundServer(HttpServer server) {
    this.server = server;
  }

  /**
   * Binds the port; blocks until it is bound.
   *
   * @param address the port and its purpose, for the message
   * @param setting the setting of the port
   * @throws StartupException if the port cannot be bound
   */
  public static BoundServer bind(HttpServer server, String address, String setting) {
    try {
      server.listen().toCompletionStage().toCompletableFuture().join();
    } catch (CompletionException e) {
      throw new StartupException(
          address
              + " cannot be bound ("
              + e.getCause().getMessage()
              + "). Stop the process that uses it, or set "
              + setting
              + ".",
          e);
    }
    return new BoundServer(server);
  }

  /** Returns the bound port, which differs from the setting if the setting is 0. */
  public int port() {
    return server.actualPort();
  }

  /** Closes the port and its connections; blocks until they are closed. */
  public void close() {
    server.close().toCompletionStage().toCompletableFuture().join();
  }
}
