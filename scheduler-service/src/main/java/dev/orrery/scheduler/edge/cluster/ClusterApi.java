package dev.orrery.scheduler.edge.cluster;

import dev.orrery.scheduler.base.hint.Hint;
import dev.orrery.scheduler.base.hint.HintBus;
import dev.orrery.scheduler.base.hint.HintMessage;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** Handles the calls of other replicas on the cluster port. Runs on the event loop. */
final class ClusterApi {
  private static final Logger LOG = Logger.getLogger(ClusterApi.class);

  private final ReplicaLinkRegistry links;
  private final HintBus hints;
  private final Supplier<ReplicaHello> ownHello;
  private final Runnable onUnknownReplica;

  /**
   * @param onUnknownReplica called for each hello of a replica without a link
   */
  ClusterApi(
      ReplicaLinkRegistry links,
      HintBus hints,
      Supplier<ReplicaHello> ownHello,
      Runnable onUnknownReplica) {
    this.links = links;
    this.hints = hints;
    this.ownHello = ownHello;
    this.onUnknownReplica = onUnknownReplica;
  }

  /** Returns the body of the response, or null if the request is malformed. */
  String handle(ClusterOperation operation, String body) {
    return switch (operation) {
      case HELLO -> ReplicaHello.read(body).map(this::greet).orElse(null);
      case HINT, CANCEL -> HintMessage.read(body).map(this::publish).orElse(null);
    };
  }

  private String greet(ReplicaHello other) {
    if (!links.knows(other.replica())) {
      onUnknownReplica.run();
    }
    links.received(other);
    return ownHello.get().json();
  }

  private String publish(HintMessage message) {
    for (Hint hint : message.hints()) {
      try {
        hints.publishLocal(hint);
      } catch (RuntimeException e) {
        LOG.errorf(
            e,
            "Failed to handle a hint; leaving the work to the next periodic query: hint=%s",
            hint);
      }
    }
    return "";
  }
}
