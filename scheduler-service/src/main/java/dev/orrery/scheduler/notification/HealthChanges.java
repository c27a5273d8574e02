package dev.orrery.scheduler.notification;

import dev.orrery.scheduler.notification.EvaluationStore.Pair;
import dev.orrery.scheduler.notification.EvaluationStore.PendingEvent;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** The health of jobs during one evaluation: as it was read, with the changes to write. */
final class HealthChanges {
  private final Map<Pair, JobHealth> health;
  private final Set<Pair> changed = new LinkedHashSet<>();

  HealthChanges(Map<Pair, JobHealth> stored) {
    this.health = new HashMap<>(stored);
  }

  /**
   * Applies a failure.
   *
   * @return failures within the window if they are an event now, else 0
   */
  int failed(Webhook webhook, PendingEvent failure) {
    Pair pair = new Pair(webhook.id(), failure.job().id());
    JobHealth.AfterFailure after =
        health
            .getOrDefault(pair, JobHealth.WELL)
            .failed(
                failure.instance(),
                failure.at(),
                webhook.document().threshold(),
                webhook.document().window());
    health.put(pair, after.health());
    changed.add(pair);
    return after.count();
  }

  void write(Connection connection) throws SQLException {
    for (Pair pair : changed) {
      EvaluationStore.put(connection, pair, health.get(pair));
    }
  }
}
