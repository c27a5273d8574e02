package dev.orrery.scheduler.edge.cluster;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The operations of the cluster port. */
enum ClusterOperation {
  /** Exchanges software version and protocols. */
  HELLO,
  /** Publishes hints. */
  HINT,
  /** Publishes cancels of attempts. */
  CANCEL;

  String path() {
    return "/cluster/v1/" + name().toLowerCase(Locale.ROOT);
  }

  static Optional<ClusterOperation> at(String path) {
    return Arrays.stream(values()).filter(operation -> operation.path().equals(path)).findFirst();
  }
}
