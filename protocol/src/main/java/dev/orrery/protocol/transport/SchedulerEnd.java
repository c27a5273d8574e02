package dev.orrery.protocol.transport;

/** A transport that listens for workers. */
public interface SchedulerEnd extends AutoCloseable {

  int port();

  String address();

  @Override
  void close();
}
