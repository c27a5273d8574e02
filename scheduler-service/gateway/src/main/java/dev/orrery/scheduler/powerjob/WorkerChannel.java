package dev.orrery.scheduler.powerjob;

import dev.orrery.powerjob.RunRequest;
import dev.orrery.powerjob.WorkerAddress;
import dev.orrery.protocol.Protocol;
import io.vertx.core.Future;

/** Sends messages to one worker. {@link WorkerTransport} describes what the calls return. */
record WorkerChannel(WorkerTransport transport, WorkerAddress address) {
  private static final String OVER_MU = "/" + Protocol.MU.canonicalName();

  Protocol protocol() {
    return transport.protocol();
  }

  /**
   * Returns the worker as a text. One that dials the scheduler may name any address, so it is never
   * the same as one that is dialled there.
   */
  String identity() {
    return identity(address.toString(), protocol().canonicalName());
  }

  private static String identity(String address, String protocol) {
    return protocol.equals(Protocol.MU.canonicalName()) ? address + OVER_MU : address;
  }

  /** Returns the address in an {@link #identity}. */
  static String addressIn(String identity) {
    return identity.endsWith(OVER_MU)
        ? identity.substring(0, identity.length() - OVER_MU.length())
        : identity;
  }

  boolean isSame(WorkerChannel other) {
    return identity().equals(other.identity());
  }

  /** Returns whether it is the worker of a session with this name and protocol. */
  boolean isWorker(String name, String ofProtocol) {
    return identity(address.workerName(), protocol().canonicalName())
        .equals(identity(name, ofProtocol));
  }

  /** See {@link WorkerTransport#host}. */
  String host() {
    return transport.host(address);
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
