package dev.orrery.scheduler.cluster;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The operations of the cluster port. */
enum ClusterOperation {
  /** Who are you, and what do you speak? */
  HELLO,
  /** There is work, or something has changed. */
  HINT,
  /** Attempts are to be stopped by their sessions. */
  CANCEL;

  String path() {
    return "/cluster/v1/" + name().toLowerCase(Locale.ROOT);
  }

  static Optional<ClusterOperation> at(String path) {
    return Arrays.stream(values()).filter(verb -> verb.path().equals(path)).findFirst();
  }
}
