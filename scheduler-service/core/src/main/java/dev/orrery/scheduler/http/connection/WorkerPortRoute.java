package dev.orrery.scheduler.http.connection;

/** Paths on the port of the protocol {@code http} that do not belong to the worker API. */
public interface WorkerPortRoute {

  /** Returns true if a route of the router serves the path on that port. */
  boolean takes(String path);

  /** The largest body of such a path. */
  int maxBytes();
}
