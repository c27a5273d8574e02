package dev.orrery.scheduler.powerjob;

import dev.orrery.scheduler.powerjob.app.OpenedApp;
import java.util.List;

/** A PowerJob worker with one of its offers; it has a gateway session for each. */
record GatewayWorker(
    OpenedApp app, WorkerChannel channel, GatewayOffer offer, GatewaySessionStore.Key key) {
  GatewayWorker(OpenedApp app, WorkerChannel channel, GatewayOffer offer) {
    this(app, channel, offer, GatewaySessionStore.Key.of(app, channel, offer));
  }

  /**
   * @param tag of the worker; null if it has none
   */
  static List<GatewayWorker> of(OpenedApp app, WorkerChannel channel, String tag) {
    return GatewayOffer.of(app, tag, channel.address()).stream()
        .map(offer -> new GatewayWorker(app, channel, offer))
        .toList();
  }
}
