package dev.orrery.scheduler.engine.dispatch;

import dev.orrery.scheduler.base.hint.HintBus;
import dev.orrery.scheduler.base.time.Ticker;
import java.util.ArrayList;
import java.util.List;

/** Records which deliveries request work, and claims nothing. */
final class RecordingDispatcher extends Dispatcher {
  private final List<SessionDelivery> requests = new ArrayList<>();

  RecordingDispatcher() {
    super(null, null, null, null, Ticker.SYSTEM, new HintBus());
  }

  List<SessionDelivery> requests() {
    return List.copyOf(requests);
  }

  @Override
  void requestWork(SessionDelivery delivery) {
    requests.add(delivery);
  }
}
