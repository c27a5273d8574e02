package dev.orrery.scheduler.powerjob;

import dev.orrery.powerjob.RunRequest;
import dev.orrery.powerjob.WorkerAddress;
import dev.orrery.protocol.Protocol;
import io.vertx.core.Future;

/** Sends messages to one worker. {@link WorkerTransport} describes what the calls return. */
record WorkerChannel(WorkerTransport transport, WorkerAddress address) {
  Protocol protocol() {
    return transport.protocol();
  }

  /** Returns whether the worker has read the runs that were sent. */
  boolean isRead() {
    return transport.delivery() == WorkerTransport.Delivery.READ;
  }

  Future<Void> run(RunRequest request) {
    return transport.run(address, request);
  }

  Future<Void> stop(long wireId) {
    return transport.stop(address, wireId);
  }

  Future<Boolean> knows(long wireId) {
    return transport.knows(address, wireId);
  }

  @Override
  public String toString() {
    return address.toString();
  }
}
