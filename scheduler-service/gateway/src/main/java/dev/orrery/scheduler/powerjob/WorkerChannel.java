package dev.orrery.scheduler.powerjob;

import dev.orrery.powerjob.RunRequest;
import dev.orrery.powerjob.WorkerAddress;
import dev.orrery.protocol.Protocol;
import io.vertx.core.Future;
import java.util.Optional;

/**
 * The way to one worker. {@link WorkerTransport} describes what the calls return.
 *
 * @param address which the worker names
 * @param host from which a worker dials the scheduler; that of the address for others
 */
record WorkerChannel(WorkerTransport transport, WorkerAddress address, String host) {
  private static final String OVER_MU = "/" + Protocol.MU.canonicalName();
  private static final String AT = "@";

  WorkerChannel(WorkerTransport transport, WorkerAddress address) {
    this(transport, address, address.host());
  }

  Protocol protocol() {
    return transport.protocol();
  }

  /**
   * Returns the worker as a text. One that dials the scheduler may name any address, so it is never
   * the same as one that is dialled there, or that dials from another host.
   */
  String identity() {
    return transport.dials()
        ? address.toString()
        : address + OVER_MU + (isAtItsAddress() ? "" : AT + host);
  }

  private boolean isAtItsAddress() {
    return host.equals(address.host());
  }

  /** Reads an {@link #identity} of a worker of the transport; empty if it is none. */
  static Optional<WorkerChannel> parse(WorkerTransport transport, String identity) {
    int at = identity.indexOf(AT);
    return WorkerAddress.parse(addressIn(identity))
        .map(
            address ->
                new WorkerChannel(
                    transport, address, at < 0 ? address.host() : identity.substring(at + 1)));
  }

  /** Returns the address in an {@link #identity}. */
  static String addressIn(String identity) {
    int end = identity.indexOf(OVER_MU);
    return end < 0 ? identity : identity.substring(0, end);
  }

  boolean isSame(WorkerChannel other) {
    return identity().equals(other.identity());
  }

  /** Returns the name of the worker, which has no colon. */
  String name() {
    return address.workerName() + (isAtItsAddress() ? "" : "-at-" + host.replace(':', '-'));
  }

  /** Returns whether it is the worker of a session with this name and protocol. */
  boolean isWorker(String name, String ofProtocol) {
    boolean isOverMu = ofProtocol.equals(Protocol.MU.canonicalName());
    return name().equals(name) && isOverMu != transport.dials();
  }

  /** Returns whether the worker has read the runs that were sent. */
  boolean isRead() {
    return transport.delivery() == WorkerTransport.Delivery.READ;
  }

  Future<Void> run(RunRequest request) {
    return transport.run(this, request);
  }

  Future<Void> stop(long wireId) {
    return transport.stop(this, wireId);
  }

  Future<Boolean> knows(long wireId) {
    return transport.knows(this, wireId);
  }

  @Override
  public String toString() {
    return identity();
  }
}
