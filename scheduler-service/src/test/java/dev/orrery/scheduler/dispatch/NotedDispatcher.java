package dev.orrery.scheduler.dispatch;

import dev.orrery.scheduler.hint.HintBus;
import dev.orrery.scheduler.time.Ticker;
import java.util.ArrayList;
import java.util.List;

/** Notes which desks want work, and claims none. */
final class NotedDispatcher extends Dispatcher {
  private final List<SessionDelivery> wanting = new ArrayList<>();

  NotedDispatcher() {
    super(null, null, null, null, null, null, Ticker.SYSTEM, new HintBus());
  }

  List<SessionDelivery> wanting() {
    return List.copyOf(wanting);
  }

  @Override
  void wantsWork(SessionDelivery desk) {
    wanting.add(desk);
  }
}
