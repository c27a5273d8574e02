package dev.orrery.scheduler.notification;

import dev.orrery.scheduler.notification.EvaluationStore.Pair;
import dev.orrery.scheduler.notification.EvaluationStore.PendingEvent;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** The health of jobs during one evaluation: the stored health, with the changes to write. */
final class HealthChanges {
  private final Map<Pair, JobHealth> health;
  private final Set<Pair> changed = new LinkedHashSet<>();

  HealthChanges(Map<Pair, JobHealth> stored) {
    this.health = new HashMap<>(stored);
  }

  /**
   * Applies a failure.
   *
   * @return the number of failures within the window if they are an event now; otherwise 0
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

  Map<Pair, JobHealth> changed() {
    Map<Pair, JobHealth> toWrite = new LinkedHashMap<>();
    changed.forEach(pair -> toWrite.put(pair, health.get(pair)));
    return toWrite;
  }
}
