package dev.orrery.it.neighbours;

import dev.orrery.testing.WebhookReceiver;
import java.time.Duration;
import java.util.List;

/** Attacks by large reads and webhook receivers. */
final class ReadAttacks {
  private static final Duration SHORT = Duration.ofMillis(20);
  private static final int WEBHOOKS = 20;

  private static final String LISTS =
      """
      /apps/a
      /apps/a/end-counts
      /apps/a/instances?limit=500
      /apps/a/instances?limit=500&errorText=nothing
      /apps/a/instances:errors
      /apps/a/job-statistics
      /apps/a/jobs?limit=500
      /apps/a/jobs/noop
      /apps/a/jobs/noop/versions?limit=500
      /apps/a/fire-times?limit=500
      /apps/a/waiting
      /apps/a/webhooks
      """;

  private ReadAttacks() {}

  static List<Attack> all() {
    return List.of(
        Attack.of("ManySlowReads", ReadAttacks::readAll),
        Attack.of("TarpitWebhooks", ReadAttacks::holdWebhooks));
  }

  private static void readAll(NeighboursWorld world, Flood flood) throws Exception {
    List<String> lists = LISTS.lines().toList();
    flood.repeat(16, Duration.ofMillis(5), n -> flood.viewer(lists.get(n % lists.size())));
  }

  /** Receives webhooks without responding. */
  private static void holdWebhooks(NeighboursWorld world, Flood flood) throws Exception {
    try (WebhookReceiver tarpit = new WebhookReceiver()) {
      tarpit.hold();
      for (int n = 0; n < WEBHOOKS; n++) {
        flood.operator(
            "PUT",
            "/apps/a/webhooks/tarpit-" + n,
            "{\"url\":\"" + tarpit.url() + "\",\"events\":[\"failed\"]}");
      }
      flood.repeat(
          4,
          SHORT,
          n -> {
            String webhook = "/apps/a/webhooks/tarpit-" + n % WEBHOOKS;
            flood.operator("POST", webhook + "/test", null);
            flood.viewer(webhook + "/deliveries?limit=500");
          });
    }
  }
}
