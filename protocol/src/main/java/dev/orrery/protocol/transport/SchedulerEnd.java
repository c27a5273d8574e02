package dev.orrery.protocol.transport;

/** A transport that listens for workers. */
public interface SchedulerEnd extends AutoCloseable {

  /** The port that is bound. */
  int port();

  /** What workers are told to dial. */
  String address();

  @Override
  void close();
}
