package dev.orrery.protocol.transport;

/** The scheduler's side of a transport, which listens for workers. */
public interface SchedulerEnd extends AutoCloseable {

  int port();

  String address();

  @Override
  void close();
}
