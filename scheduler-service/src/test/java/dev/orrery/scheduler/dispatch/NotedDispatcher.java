package dev.orrery.scheduler.dispatch;

import dev.orrery.scheduler.hint.Hints;
import dev.orrery.scheduler.time.Ticker;
import java.util.ArrayList;
import java.util.List;

/** Notes which desks want work, and claims none. */
final class NotedDispatcher extends Dispatcher {
  private final List<PollDesk> wanting = new ArrayList<>();

  NotedDispatcher() {
    super(null, null, null, null, null, null, Ticker.SYSTEM, new Hints());
  }

  List<PollDesk> wanting() {
    return List.copyOf(wanting);
  }

  @Override
  void wantsWork(PollDesk desk) {
    wanting.add(desk);
  }
}
