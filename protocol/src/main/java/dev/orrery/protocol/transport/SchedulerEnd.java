package dev.orrery.protocol.transport;

/** The scheduler's side of a transport, which listens for workers. */
public interface SchedulerEnd extends AutoCloseable {

  int port();

  String address();

  /** Returns true if this side has answered a message of its own through the port lately. */
  boolean isResponding();

  /** The number of times that the part behind the port was replaced, because it did not serve. */
  long replacements();

  @Override
  void close();
}
