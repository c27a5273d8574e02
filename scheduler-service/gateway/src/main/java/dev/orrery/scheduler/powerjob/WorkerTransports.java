package dev.orrery.scheduler.powerjob;

import io.quarkus.arc.All;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** Finds the transport of a protocol by its canonical name. */
@ApplicationScoped
class WorkerTransports {
  private final List<WorkerTransport> transports;

  WorkerTransports(@All List<WorkerTransport> transports) {
    this.transports = transports;
  }

  /** Returns the protocols in which this replica can call workers of other replicas now. */
  List<String> adoptable() {
    return transports.stream()
        .filter(transport -> transport.isOpen() && transport.dials())
        .map(transport -> transport.protocol().canonicalName())
        .toList();
  }

  /** Returns the workers that have dialled this replica. */
  List<String> connected() {
    return transports.stream().flatMap(transport -> transport.connected().stream()).toList();
  }

  WorkerTransport of(String protocol) {
    return transports.stream()
        .filter(transport -> transport.protocol().canonicalName().equals(protocol))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("No workers are called by " + protocol + " here"));
  }
}
