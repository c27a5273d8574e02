package dev.orrery.protocol.transport;

/** A transport that listens for workers. */
public interface SchedulerEnd extends AutoCloseable {

  /** The port that is bound. */
  int port();

  /** The address that workers must dial. */
  String address();

  @Override
  void close();
}
