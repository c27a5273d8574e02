package dev.orrery.scheduler.powerjob;

import dev.orrery.powerjob.WorkerAddress;

/** The sender of a message of PowerJob's protocols, for which it may speak of certain workers. */
interface WorkerSource {
  WorkerTransport transport();

  /** Returns the address from which it calls, without the port. */
  String host();

  /** Returns the way to a worker that it may name. */
  default WorkerChannel channel(WorkerAddress worker) {
    return transport().dials()
        ? new WorkerChannel(transport(), worker)
        : new WorkerChannel(transport(), worker, host());
  }

  /** Returns whether its messages count as those of the worker at this address. */
  boolean mayName(WorkerAddress worker);

  /** Takes the address that a heartbeat names, and returns whether the sender is that worker. */
  default boolean join(int app, WorkerAddress worker) {
    return mayName(worker);
  }

  /** A sender whose address identifies it. */
  record ByAddress(WorkerTransport transport, String host, WorkerNetworkRule networks)
      implements WorkerSource {
    @Override
    public boolean mayName(WorkerAddress worker) {
      return networks.allow(worker, host);
    }
  }
}
